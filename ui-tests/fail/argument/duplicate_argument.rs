//! The same argument twice.

use guard_core::{context_manager, yield_point};

#[context_manager(infallible, infallible)]
fn number() -> Result<u32, String> {
    yield_point!(Ok(1));
}

fn main() {}
