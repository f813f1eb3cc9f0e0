#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
async fn connection() -> u16 {
    yield_point!(1);
    std::future::ready(()).await;
}

fn main() {
    drop(connection());
}
