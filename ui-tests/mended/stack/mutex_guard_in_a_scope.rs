#![deny(warnings)]

use guard_core::ExitStack;
use std::sync::{Mutex, PoisonError};

fn add(count: &'static Mutex<u32>) {
    let added = ExitStack::local_scope(|stack| {
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
