#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: &str) -> usize {
    let length: usize = name.len();
    yield_point!(length);
}

fn main() {}
