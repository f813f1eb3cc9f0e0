#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn greeting(name: &str, times: usize) -> String {
    yield_point!(name.repeat(times));
}

fn main() {
    greeting("x", 2).with(|text| println!("{text}"));
}
