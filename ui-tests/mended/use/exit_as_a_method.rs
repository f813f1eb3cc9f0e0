#![deny(warnings)]

use guard_core::{Guard, context_manager, yield_point};

#[context_manager]
fn name() -> String {
    yield_point!(String::from("a"));
}

fn main() {
    let guard = name().enter();
    Guard::exit(guard);
}
