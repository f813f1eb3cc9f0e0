//! An argument that there is not.

use guard_core::{context_manager, yield_point};

#[context_manager(fallible)]
fn number() -> u32 {
    yield_point!(1);
}

fn main() {}
