//! `infallible` and an `Ok(())`, which contradict each other.

use guard_core::{context_manager, yield_point};

#[context_manager(infallible)]
fn number() -> Result<u32, String> {
    yield_point!(1);
    Ok(())
}

fn main() {}
