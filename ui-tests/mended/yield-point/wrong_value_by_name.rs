#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: &str) -> String {
    let length = name.len();
    yield_point!(length.to_string());
}

fn main() {}
