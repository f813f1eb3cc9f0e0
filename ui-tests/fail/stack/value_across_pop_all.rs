//! A value that is used after `pop_all`.

use guard_core::{ExitStack, context_manager, yield_point};

#[context_manager]
fn name() -> String {
    yield_point!(String::from("a"));
}

fn main() {
    let mut stack = ExitStack::new();
    let name = stack.enter(name());
    let others = stack.pop_all();
    println!("{name}");
    others.close().unwrap();
}
