#![deny(warnings)]

use guard_core::{context_manager, with, yield_point};

#[context_manager]
fn name() -> String {
    yield_point!(String::from("a"));
}

fn main() {
    with!(name = name() => { println!("{name}") });
}
