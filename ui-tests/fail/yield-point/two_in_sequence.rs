//! A second `yield_point!` after the first.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: &str) -> String {
    yield_point!(name.to_owned());
    yield_point!(name.to_owned());
}

fn main() {}
