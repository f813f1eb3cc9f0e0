#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn name() -> String {
    yield_point!(String::from("a"));
}

fn main() {
    println!("{}", name().with(|name| name.len()));
}
