//! `let _ =` on a guard.

#![deny(let_underscore_drop)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn name() -> String {
    yield_point!(String::from("a"));
}

fn main() {
    let _ = name().enter();
}
