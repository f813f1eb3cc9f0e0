//! A guard that is not held.

#![deny(unused_must_use)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn name() -> String {
    yield_point!(String::from("a"));
}

fn main() {
    name().enter();
}
