#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: &str) -> String {
    yield_point!(name.len().to_string());
}

fn main() {}
