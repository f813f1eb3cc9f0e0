#![deny(warnings)]

use guard_core::ExitStack;

fn main() {
    let stack = ExitStack::new();
    stack.callback(|| println!("now"));
    stack.close().unwrap();
}
