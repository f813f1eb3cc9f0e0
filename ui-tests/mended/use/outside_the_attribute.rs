#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: &str) {
    println!("{name}");
    yield_point!();
}

fn main() {}
