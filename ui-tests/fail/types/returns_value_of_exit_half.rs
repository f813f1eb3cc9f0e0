//! A `return` with a value in the exit half.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: &str) -> usize {
    let exit = yield_point!(name.len());
    if exit.is_completed() {
        return name.len();
    }
}

fn main() {}
