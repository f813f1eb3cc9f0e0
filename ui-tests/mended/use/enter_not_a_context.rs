#![deny(warnings)]

use guard_core::{context_manager, enter, yield_point};

#[context_manager]
fn name() -> String {
    yield_point!(String::from("a"));
}

fn main() {
    enter!(name = name());
    println!("{name}");
}
