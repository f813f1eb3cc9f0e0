#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn zero() -> u32 {
    yield_point!(0);
}

fn main() {}
