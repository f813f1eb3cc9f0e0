//! An `if` without `else`.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn lock(wanted: bool) -> u32 {
    if wanted {
        yield_point!(1);
    }
}

fn main() {}
