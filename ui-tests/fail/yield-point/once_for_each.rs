//! A `yield_point!` for each round of a loop.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connections(names: Vec<String>) -> String {
    for name in names {
        yield_point!(name);
    }
}

fn main() {}
