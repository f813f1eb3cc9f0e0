//! A context that is entered twice.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn name() -> String {
    yield_point!(String::from("a"));
}

fn main() {
    let name = name();
    name.with(|name| println!("{name}"));
    name.with(|name| println!("{name}"));
}
