#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[derive(Debug)]
struct Broken;

#[context_manager]
fn number() -> Result<u32, Broken> {
    yield_point!(1);
    Ok(())
}

fn main() {}
