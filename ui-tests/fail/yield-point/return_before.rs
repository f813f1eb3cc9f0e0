//! A `return` before the `yield_point!`.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn lock(wanted: bool) -> u32 {
    if !wanted {
        return;
    }
    yield_point!(1);
}

fn main() {}
