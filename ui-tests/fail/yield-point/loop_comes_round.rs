//! A loop that comes round to the `yield_point!` again.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn retried() -> u32 {
    loop {
        if yield_point!(1).is_completed() {
            return;
        }
    }
}

fn main() {}
