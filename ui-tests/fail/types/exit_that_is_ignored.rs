//! An outcome that is never looked at.

#![deny(unused_variables)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn nested() -> u32 {
    let exit = yield_point!(1);
}

fn main() {}
