//! `pop_all` without a place for what it gives.

#![deny(unused_must_use)]

use guard_core::ExitStack;

fn filled() -> ExitStack<'static> {
    let stack = ExitStack::new();
    stack.callback(|| println!("last"));
    stack
}

fn main() {
    let mut stack = filled();
    stack.pop_all();
}
