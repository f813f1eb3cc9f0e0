#![deny(warnings)]
#![deny(unused_must_use)]

use guard_core::{Guard, context_manager, yield_point};

#[context_manager]
fn name() -> Result<String, String> {
    yield_point!(String::from("a"));
    Ok(())
}

fn main() -> Result<(), String> {
    Guard::exit(name().enter()?)?;
    Ok(())
}
