//! A guard where a context is asked for.

use guard_core::{ExitStack, context_manager, yield_point};

#[context_manager]
fn name() -> String {
    yield_point!(String::from("a"));
}

fn main() {
    let stack = ExitStack::new();
    stack.enter(name().enter());
    stack.close().unwrap();
}
