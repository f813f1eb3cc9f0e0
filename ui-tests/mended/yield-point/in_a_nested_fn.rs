#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: String) -> String {
    yield_point!(name);
}

fn main() {}
