#![deny(warnings)]

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
    let outer = ExitStack::new();
    let name = outer.enter(name());
    let inner = ExitStack::new();
    inner.enter(greeting(name));
    inner.close().unwrap();
    outer.close().unwrap();
}
