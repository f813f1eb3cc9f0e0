#![deny(warnings)]

use guard_core::{context_manager, enter, yield_point};

#[context_manager]
fn number() -> Result<u32, String> {
    yield_point!(1);
    Ok(())
}

fn main() -> Result<(), String> {
    enter!(n = number()?);
    println!("{n}");
    Ok(())
}
