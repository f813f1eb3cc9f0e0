#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number() -> Result<u32, std::num::ParseIntError> {
    yield_point!(1);
    Ok(())
}

fn main() -> Result<(), std::num::ParseIntError> {
    number().try_with(|n| {
        *n = "2".parse()?;
        Ok(())
    })
}
