//! `with!` in a function that fails with another error.

use guard_core::{context_manager, with, yield_point};

#[context_manager]
fn number() -> Result<u32, String> {
    yield_point!(1);
    Ok(())
}

fn main() -> Result<(), std::num::ParseIntError> {
    with!(n = number()? => { println!("{n}") });
    Ok(())
}
