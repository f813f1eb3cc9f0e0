#![deny(warnings)]

use guard_core::{context_manager, yield_point};
use std::rc::Rc;

#[context_manager]
fn shared(count: u32) -> u32 {
    let shared = Rc::new(count);
    yield_point!(*shared);
}

fn main() {
    let _guard = shared(1).enter_local();
}
