#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn lock(wanted: bool) -> u32 {
    if wanted {
        yield_point!(1);
    } else {
        yield_point!(0);
    }
}

fn main() {}
