//! An error type without `Debug`.

use guard_core::{context_manager, yield_point};

struct Broken;

#[context_manager]
fn number() -> Result<u32, Broken> {
    yield_point!(1);
    Ok(())
}

fn main() {}
