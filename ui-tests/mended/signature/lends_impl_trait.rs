#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn numbers() -> std::ops::Range<u32> {
    yield_point!(0..3);
}

fn main() {}
