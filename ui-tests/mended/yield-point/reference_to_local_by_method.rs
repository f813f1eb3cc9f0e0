#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn trimmed(name: &str) -> String {
    let name = name.trim().to_owned();
    yield_point!(name);
}

fn main() {}
