use guard_core::{context_manager, yield_point};

#[context_manager]
fn number() -> u32 {
    let handle = __caller;
    yield_point!(1);
    drop((handle, __exited));
}

fn main() {}
