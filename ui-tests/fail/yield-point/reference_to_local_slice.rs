//! A slice of a local.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn lines(text: &str) -> &[&str] {
    let lines: Vec<&str> = text.lines().collect();
    yield_point!(&lines[..]);
}

fn main() {}
