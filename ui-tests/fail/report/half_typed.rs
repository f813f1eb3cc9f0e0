use guard_core::{context_manager, yield_point};

#[context_manager]
fn number() -> u32 {
    let n = 1.;
    n.
    yield_point!(1);
}

fn main() {}
