#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};
use std::future::ready;

#[context_manager]
async fn connection(port: u16) -> u16 {
    ready(()).await;
    yield_point!(port);
    ready(()).await;
}

#[within(port = connection(1))]
async fn load() -> u16 {
    *port
}

fn main() {
    drop(load());
}
