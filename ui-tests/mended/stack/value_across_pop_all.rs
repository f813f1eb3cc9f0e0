#![deny(warnings)]

use guard_core::{ExitStack, context_manager, yield_point};

#[context_manager]
fn name() -> String {
    yield_point!(String::from("a"));
}

fn main() {
    let mut stack = ExitStack::new();
    let name = stack.hold(name().enter());
    let others = stack.pop_all();
    println!("{}", *others[&name]);
    others.close().unwrap();
}
