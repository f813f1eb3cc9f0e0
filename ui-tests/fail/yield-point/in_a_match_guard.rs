//! A `yield_point!` in the guard of a `match` arm.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number(wanted: Option<u32>) -> u32 {
    match wanted {
        Some(n) if yield_point!(n).is_completed() => {}
        _ => {}
    }
}

fn main() {}
