#![deny(warnings)]

use guard_core::{AsyncGuard, context_manager, yield_point};
use std::future::ready;

#[context_manager]
async fn connection(port: u16) -> u16 {
    ready(()).await;
    yield_point!(port);
    ready(()).await;
}

async fn load() {
    let port = connection(1).enter().await;
    AsyncGuard::exit(port).await;
}

fn main() {
    drop(load());
}
