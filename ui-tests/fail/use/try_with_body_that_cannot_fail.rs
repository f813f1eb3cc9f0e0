//! `try_with`, for a body that cannot fail.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

fn main() {
    number().try_with(|n| *n + 1);
}
