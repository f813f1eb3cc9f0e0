#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number(later: u32) -> u32 {
    let number = later;
    yield_point!(number);
}

fn main() {}
