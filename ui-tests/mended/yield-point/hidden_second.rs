#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn lock() -> u32 {
    yield_point!(1);
}

fn main() {}
