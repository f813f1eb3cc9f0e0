//! `Ok(value)` at the end.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: &str) -> Result<usize, String> {
    let length = name.len();
    yield_point!(length);
    Ok(length)
}

fn main() {}
