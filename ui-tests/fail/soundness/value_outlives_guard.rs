use guard_core::{Guard, context_manager, yield_point};

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

fn main() {
    let mut guard = number().enter();
    let kept = &mut *guard;
    Guard::exit(guard);
    *kept += 1;
}
