//! No `yield_point!` in an `async fn`.

use guard_core::context_manager;

#[context_manager]
async fn connection() -> u16 {
    std::future::ready(1).await
}

fn main() {
    drop(connection());
}
