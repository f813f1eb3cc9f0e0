#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number(text: &str) -> Result<usize, String> {
    if text.is_empty() {
        return Err("empty".to_string());
    }
    yield_point!(text.len());
    Ok(())
}

fn main() {}
