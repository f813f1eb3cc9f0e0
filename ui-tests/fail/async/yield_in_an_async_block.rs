//! A `yield_point!` in an `async` block.

use guard_core::{context_manager, yield_point};

#[context_manager]
async fn connection() -> u16 {
    async {
        yield_point!(1);
    }
    .await;
    std::future::ready(()).await;
}

fn main() {
    drop(connection());
}
