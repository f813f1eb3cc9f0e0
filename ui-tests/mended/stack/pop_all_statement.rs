#![deny(warnings)]

use guard_core::ExitStack;

fn filled() -> ExitStack<'static> {
    let stack = ExitStack::new();
    stack.callback(|| println!("last"));
    stack
}

fn main() {
    let mut stack = filled();
    let others = stack.pop_all();
    others.close().unwrap();
}
