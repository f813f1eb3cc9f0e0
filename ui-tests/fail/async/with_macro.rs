//! `with!` of an async context.

use guard_core::{context_manager, with, yield_point};
use std::future::ready;

#[context_manager]
async fn connection(port: u16) -> u16 {
    ready(()).await;
    yield_point!(port);
    ready(()).await;
}

async fn load() -> u16 {
    with!(port = connection(1) => { *port + 1 })
}

fn main() {
    drop(load());
}
