//! `.await` in a function that is not async.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number(later: impl Future<Output = u32>) -> u32 {
    let number = later.await;
    yield_point!(number);
}

fn main() {}
