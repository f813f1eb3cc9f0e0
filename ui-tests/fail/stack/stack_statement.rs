//! A stack that nobody has.

#![deny(unused_must_use)]

use guard_core::ExitStack;

fn filled() -> ExitStack<'static> {
    let stack = ExitStack::new();
    stack.callback(|| println!("last"));
    stack
}

fn main() {
    filled();
}
