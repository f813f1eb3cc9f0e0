//! `enter!` in a function that fails with another error.

use guard_core::{context_manager, enter, yield_point};

#[context_manager]
fn number() -> Result<u32, String> {
    yield_point!(1);
    Ok(())
}

fn main() -> Result<(), std::num::ParseIntError> {
    enter!(n = number()?);
    println!("{n}");
    Ok(())
}
