#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
async fn connection() -> u16 {
    std::future::ready(()).await;
    yield_point!(2);
}

fn main() {
    drop(connection());
}
