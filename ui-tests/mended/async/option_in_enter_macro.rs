#![deny(warnings)]

use guard_core::{AsyncContextManager, context_manager, yield_point};
use std::future::ready;

#[context_manager]
async fn connection(port: u16) -> u16 {
    ready(()).await;
    yield_point!(port);
    ready(()).await;
}

async fn load(port: Option<u16>) -> usize {
    let port = port.map(connection);
    port.with(async |port| port.len()).await
}

fn main() {
    drop(load(Some(1)));
}
