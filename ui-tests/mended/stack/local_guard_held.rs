#![deny(warnings)]

use guard_core::{ExitStack, context_manager, yield_point};
use std::rc::Rc;

#[context_manager]
fn counted(number: u32) -> u32 {
    let shared = Rc::new(number);
    yield_point!(*shared);
    println!("{shared}");
}

fn main() {
    let stack = ExitStack::local();
    stack.hold(counted(1).enter_local());
    stack.close().unwrap();
}
