#![deny(warnings)]

use guard_core::ExitStack;

fn main() {
    let stack = ExitStack::local();
    stack.callback(|| println!("last"));
    stack.close().unwrap();
}
