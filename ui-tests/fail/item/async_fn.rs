//! An `async fn`.

use guard_core::{context_manager, yield_point};

#[context_manager]
async fn connection() -> u32 {
    yield_point!(1);
}

fn main() {}
