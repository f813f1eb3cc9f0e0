#![deny(warnings)]

use guard_core::{ExitStack, context_manager, yield_point};

#[context_manager]
fn name() -> String {
    yield_point!(String::from("a"));
}

fn main() {
    let stack = ExitStack::new();
    stack.hold(name().enter());
    stack.close().unwrap();
}
