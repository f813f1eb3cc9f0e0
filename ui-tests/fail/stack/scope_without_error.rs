//! A scope whose error is of no type.

use guard_core::ExitStack;

fn main() {
    let filled = ExitStack::scope(|stack| {
        stack.callback(|| println!("last"));
        Ok(stack.len())
    });
    assert_eq!(filled.unwrap(), 1);
}
