//! An entry that borrows from a local which is dropped before the stack.

use guard_core::ExitStack;

fn main() {
    let stack = ExitStack::new();
    let name = String::from("a");
    stack.callback(|| println!("{name}"));
}
