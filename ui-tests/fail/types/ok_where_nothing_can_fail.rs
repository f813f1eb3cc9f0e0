//! `Ok(())` at the end of a function that does not return a `Result`.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
    Ok(())
}

fn main() {}
