//! A context manager that enters itself.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn nested(depth: u32) {
    if depth > 0 {
        let _inner = nested(depth - 1).enter();
        yield_point!();
    } else {
        yield_point!();
    }
}

fn main() {}
