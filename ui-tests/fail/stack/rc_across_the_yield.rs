//! A context that holds an `Rc` on a stack that is `Send`.

use guard_core::{ExitStack, context_manager, yield_point};
use std::rc::Rc;

#[context_manager]
fn counted(number: u32) -> u32 {
    let shared = Rc::new(number);
    yield_point!(*shared);
    println!("{shared}");
}

fn main() {
    let stack = ExitStack::new();
    *stack.enter(counted(1)) += 1;
    stack.close().unwrap();
}
