//! An async context that lends an `impl Trait`.

use guard_core::{context_manager, yield_point};

#[context_manager]
async fn names() -> impl Iterator<Item = u8> {
    yield_point!(0..std::future::ready(3).await);
}

fn main() {
    drop(names());
}
