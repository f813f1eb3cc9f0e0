#![deny(warnings)]

use guard_core::ExitStack;

fn main() {
    let name = String::from("a");
    let stack = ExitStack::new();
    stack.callback(|| println!("{name}"));
}
