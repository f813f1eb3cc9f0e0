//! A `yield_point!` that is not imported.

use guard_core::context_manager;

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

fn main() {}
