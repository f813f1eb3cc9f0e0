//! Nothing.
#![deny(missing_docs)]
#![crate_type = "lib"]

use guard_core::{context_manager, yield_point};

#[context_manager]
pub fn number() -> u32 {
    yield_point!(1);
}

fn main() {}
