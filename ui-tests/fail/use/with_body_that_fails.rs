//! `with`, for a body that can fail.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number() -> Result<u32, std::num::ParseIntError> {
    yield_point!(1);
    Ok(())
}

fn main() -> Result<(), std::num::ParseIntError> {
    number().with(|n| {
        *n = "2".parse()?;
        Ok(())
    })
}
