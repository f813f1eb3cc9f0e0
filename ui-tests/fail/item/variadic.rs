//! A variadic function.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn count(numbers: ...) -> usize {
    yield_point!(numbers.len());
}

fn main() {}
