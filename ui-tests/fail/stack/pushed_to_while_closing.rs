//! A callback that pushes to its own stack.

use guard_core::ExitStack;

fn main() {
    let stack = ExitStack::local();
    stack.callback(|| stack.callback(|| println!("last")));
}
