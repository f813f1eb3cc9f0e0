//! A type error in the exit half.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: &str) -> usize {
    yield_point!(name.len());
    let _length: usize = name;
}

fn main() {}
