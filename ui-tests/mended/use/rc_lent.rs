#![deny(warnings)]

use guard_core::{context_manager, yield_point};
use std::rc::Rc;

#[context_manager]
fn shared(count: u32) -> Rc<u32> {
    yield_point!(Rc::new(count));
}

fn main() {
    let _guard = shared(1).enter_local();
}
