//! A `yield_point!` in a nested function.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: String) -> String {
    fn lend(name: String) {
        yield_point!(name);
    }
    lend(name);
}

fn main() {}
