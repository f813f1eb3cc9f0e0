#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number(wanted: bool) -> u32 {
    let _completed = if wanted {
        yield_point!(1).is_completed()
    } else {
        yield_point!(0).is_completed()
    };
}

fn main() {}
