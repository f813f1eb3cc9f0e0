//! `infallible` where nothing can fail.

use guard_core::{context_manager, yield_point};

#[context_manager(infallible)]
fn number() -> u32 {
    yield_point!(1);
}

fn main() {}
