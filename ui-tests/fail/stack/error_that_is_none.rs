//! A callback whose error is no `Error`.

use guard_core::ExitStack;

#[derive(Debug)]
struct Full;

fn main() {
    let stack = ExitStack::new();
    stack.try_callback(|| Err(Full));
    assert!(stack.close().is_err());
}
