#![deny(unused_assignments)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number(start: u32) -> u32 {
    let mut number = start;
    yield_point!(number + 1);
    number = 2;
}

fn main() {
    number(1).with(|_| ());
}
