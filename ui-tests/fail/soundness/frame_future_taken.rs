use guard_core::{context_manager, yield_point, __private::infallible};

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

fn main() {
    let _future = infallible(number()).future;
}
