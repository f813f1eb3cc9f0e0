#![deny(warnings)]

use guard_core::{Guard, context_manager, yield_point};

#[context_manager]
fn nested(depth: u32) {
    if depth > 0 {
        let _inner = inner(depth - 1);
        yield_point!();
    } else {
        yield_point!();
    }
}

fn inner(depth: u32) -> Guard<()> {
    nested(depth).enter()
}

fn main() {}
