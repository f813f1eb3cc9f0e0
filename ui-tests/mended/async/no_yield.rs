#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
async fn connection() -> u16 {
    yield_point!(std::future::ready(1).await);
}

fn main() {
    drop(connection());
}
