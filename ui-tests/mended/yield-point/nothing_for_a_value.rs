#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: &str) -> String {
    println!("{name}");
    yield_point!(name.to_owned());
}

fn main() {}
