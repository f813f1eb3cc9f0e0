//! A `yield_point!` in a condition that is evaluated again.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number() -> u32 {
    while yield_point!(1).is_completed() {
        println!("again");
    }
}

fn main() {}
