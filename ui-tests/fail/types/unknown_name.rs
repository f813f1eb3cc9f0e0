//! A name that is misspelt.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: &str) -> usize {
    yield_point!(nam.len());
}

fn main() {}
