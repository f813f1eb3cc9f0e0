#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn first(names: &[String]) -> Result<Option<&String>, String> {
    let name = names.first().ok_or("no names")?;
    yield_point!(Some(name));
    Ok(())
}

fn main() {}
