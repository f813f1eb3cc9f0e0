//! A reference to nothing that was given.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn name() -> &str {
    yield_point!("a");
}

fn main() {}
