//! A stack that is used after it was closed.

use guard_core::ExitStack;

fn main() {
    let stack = ExitStack::new();
    stack.close().unwrap();
    stack.callback(|| println!("never"));
}
