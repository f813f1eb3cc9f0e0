#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn nested(depth: u32) {
    if depth > 0 {
        let _inner = nested(depth - 1).enter_local();
        yield_point!();
    } else {
        yield_point!();
    }
}

fn main() {
    nested(3).with(|()| ());
}
