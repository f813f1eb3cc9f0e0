#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn lines(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().collect();
    yield_point!(lines);
}

fn main() {}
