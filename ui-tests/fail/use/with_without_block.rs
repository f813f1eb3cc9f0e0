//! `with!` without a block.

use guard_core::{context_manager, with, yield_point};

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

fn main() {
    with!(n = number());
}
