//! The only `yield_point!` in the expansion of a macro.

use guard_core::{context_manager, yield_point};

macro_rules! lend {
    ($value:expr) => {
        yield_point!($value)
    };
}

#[context_manager]
fn lock() -> u32 {
    lend!(2);
}

fn main() {}
