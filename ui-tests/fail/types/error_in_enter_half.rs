//! A type error in the enter half.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: &str) -> usize {
    let length: usize = name;
    yield_point!(length);
}

fn main() {}
