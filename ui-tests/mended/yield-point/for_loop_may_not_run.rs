#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn first(names: Vec<String>) -> Result<String, String> {
    for name in names {
        yield_point!(name);
        return Ok(());
    }
    Err("no names".to_owned())
}

fn main() {}
