#![deny(warnings)]

use guard_core::{ExitStack, context_manager, yield_point};

#[context_manager]
fn greeting(name: &str) -> String {
    yield_point!(format!("hello, {name}"));
}

fn main() {
    {
        let name = String::from("a");
        let inner = ExitStack::new();
        inner.enter(greeting(&name));
        inner.close().unwrap();
    }
}
