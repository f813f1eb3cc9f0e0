//! `exit` as a method of the guard.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn name() -> String {
    yield_point!(String::from("a"));
}

fn main() {
    let guard = name().enter();
    guard.exit();
}
