#![deny(warnings)]

use guard_core::{context_manager, yield_point};
use std::future::ready;

#[context_manager]
async fn connection(port: u16) -> u16 {
    ready(()).await;
    yield_point!(port);
    ready(()).await;
}

async fn load() -> u16 {
    connection(1).with(async |port| *port + 1).await
}

fn main() {
    drop(load());
}
