//! A `const fn`.

use guard_core::{context_manager, yield_point};

#[context_manager]
const fn zero() -> u32 {
    yield_point!(0);
}

fn main() {}
