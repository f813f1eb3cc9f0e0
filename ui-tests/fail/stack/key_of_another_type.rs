//! A key for another type of value.

use guard_core::{ExitStack, Guard, Key, context_manager, yield_point};

#[context_manager]
fn name() -> String {
    yield_point!(String::from("a"));
}

struct Names {
    stack: ExitStack<'static>,
    first: Key<Guard<Vec<String>>>,
}

fn main() {
    let stack = ExitStack::new();
    let first = stack.hold(name().enter());
    let names = Names { stack, first };
    assert!(names.stack.get(&names.first).is_some());
}
