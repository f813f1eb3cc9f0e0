//! The guard of a lock on a stack that is `Send`.

use guard_core::ExitStack;
use std::sync::Mutex;

fn main() {
    let count = Mutex::new(0);
    let stack = ExitStack::new();
    **stack.adopt(count.lock().unwrap(), |guard, _| drop(guard)) += 1;
    stack.close().unwrap();
}
