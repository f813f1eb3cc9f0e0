//! `enter!` of an async context that there may be.

use guard_core::{context_manager, enter, yield_point};
use std::future::ready;

#[context_manager]
async fn connection(port: u16) -> u16 {
    ready(()).await;
    yield_point!(port);
    ready(()).await;
}

async fn load(port: Option<u16>) -> usize {
    enter!(port = port.map(connection));
    port.len()
}

fn main() {
    drop(load(Some(1)));
}
