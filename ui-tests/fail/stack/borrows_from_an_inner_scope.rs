//! An entry that borrows from an inner scope.

use guard_core::{ExitStack, context_manager, yield_point};

#[context_manager]
fn greeting(name: &str) -> String {
    yield_point!(format!("hello, {name}"));
}

fn main() {
    let outer = ExitStack::new();
    {
        let name = String::from("a");
        outer.enter(greeting(&name));
    }
    outer.close().unwrap();
}
