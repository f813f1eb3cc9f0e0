//! A value that is used after its stack was closed.

use guard_core::{ExitStack, context_manager, yield_point};

#[context_manager]
fn name() -> String {
    yield_point!(String::from("a"));
}

fn main() {
    let stack = ExitStack::new();
    let name = stack.enter(name());
    stack.close().unwrap();
    println!("{name}");
}
