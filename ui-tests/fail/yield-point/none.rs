//! No `yield_point!` at all.

use guard_core::context_manager;

#[context_manager]
fn connection(name: &str) -> String {
    name.to_owned()
}

fn main() {}
