//! `-> impl Trait`.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn numbers() -> impl Iterator<Item = u32> {
    yield_point!(0..3);
}

fn main() {}
