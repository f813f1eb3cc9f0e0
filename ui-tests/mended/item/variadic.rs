#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn count(numbers: &[u32]) -> usize {
    yield_point!(numbers.len());
}

fn main() {}
