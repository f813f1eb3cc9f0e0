//! A wrong argument.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn greeting(name: &str, times: usize) -> String {
    yield_point!(name.repeat(times));
}

fn main() {
    greeting("x").with(|text| println!("{text}"));
}
