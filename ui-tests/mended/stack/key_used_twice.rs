#![deny(warnings)]

use guard_core::ExitStack;

fn main() {
    let mut stack = ExitStack::new();
    let key = stack.hold(|| println!("last"));
    assert!(stack.get(&key).is_some());
    stack.take(key)();
}
