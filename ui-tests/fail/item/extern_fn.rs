//! An `extern` function.

use guard_core::{context_manager, yield_point};

#[context_manager]
extern "C" fn connection() -> u32 {
    yield_point!(1);
}

fn main() {}
