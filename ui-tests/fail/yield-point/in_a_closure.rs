//! A `yield_point!` in a closure.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connections(names: Vec<String>) -> String {
    names.into_iter().for_each(|name| {
        yield_point!(name);
    });
}

fn main() {}
