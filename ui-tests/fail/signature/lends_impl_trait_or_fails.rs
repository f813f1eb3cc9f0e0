//! `-> Result<impl Trait, E>`.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn numbers() -> Result<impl Iterator<Item = u32>, String> {
    yield_point!(0..3);
    Ok(())
}

fn main() {}
