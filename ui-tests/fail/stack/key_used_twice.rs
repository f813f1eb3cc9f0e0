//! A key that is used again.

use guard_core::ExitStack;

fn main() {
    let mut stack = ExitStack::new();
    let key = stack.hold(|| println!("last"));
    stack.take(key)();
    assert!(stack.get(&key).is_none());
}
