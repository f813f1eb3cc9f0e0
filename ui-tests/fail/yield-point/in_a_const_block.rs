//! A `yield_point!` in a `const` block.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number() -> u32 {
    const { yield_point!(1) };
}

fn main() {}
