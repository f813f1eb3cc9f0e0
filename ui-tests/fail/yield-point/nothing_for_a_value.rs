//! No value, where one was promised.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: &str) -> String {
    println!("{name}");
    yield_point!();
}

fn main() {}
