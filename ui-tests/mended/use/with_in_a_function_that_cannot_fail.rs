#![deny(warnings)]

use guard_core::{context_manager, with, yield_point};

#[context_manager]
fn number() -> Result<u32, String> {
    yield_point!(1);
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    with!(n = number()? => { println!("{n}") });
    Ok(())
}
