use guard_core::{context_manager, yield_point};

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

fn main() {
    let guard = number().enter();
    let _parts = guard.entered.into_parts();
}
