//! The guard of a lock in a scope that is `Send`.

use guard_core::ExitStack;
use std::sync::{Mutex, PoisonError};

fn add(count: &'static Mutex<u32>) {
    let added = ExitStack::scope(|stack| {
        let guard = count.lock().unwrap_or_else(PoisonError::into_inner);
        **stack.adopt(guard, |guard, _| drop(guard)) += 1;
        Ok::<(), String>(())
    });
    added.unwrap();
}

fn main() {
    static COUNT: Mutex<u32> = Mutex::new(0);
    add(&COUNT);
}
