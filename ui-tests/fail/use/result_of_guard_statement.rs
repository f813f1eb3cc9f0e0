//! A guard that is not held, of a context that can fail.

#![deny(unused_must_use)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn name() -> Result<String, String> {
    yield_point!(String::from("a"));
    Ok(())
}

fn main() -> Result<(), String> {
    name().enter()?;
    Ok(())
}
