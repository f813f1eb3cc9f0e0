//! `with!` with a `?` too many.

use guard_core::{context_manager, with, yield_point};

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

fn main() -> Result<(), String> {
    with!(n = number()? => { println!("{n}") });
    Ok(())
}
