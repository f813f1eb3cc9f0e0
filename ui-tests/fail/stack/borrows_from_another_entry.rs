//! An entry that borrows from another one.

use guard_core::{ExitStack, context_manager, yield_point};

#[context_manager]
fn name() -> String {
    yield_point!(String::from("a"));
}

#[context_manager]
fn greeting(name: &str) -> String {
    yield_point!(format!("hello, {name}"));
}

fn main() {
    let stack = ExitStack::new();
    let name = stack.enter(name());
    stack.enter(greeting(name));
}
