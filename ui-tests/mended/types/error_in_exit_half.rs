#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: &str) -> usize {
    yield_point!(name.len());
    let _length: usize = name.len();
}

fn main() {}
