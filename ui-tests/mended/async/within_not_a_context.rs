#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};
use std::future::ready;

#[context_manager]
async fn port() -> u16 {
    yield_point!(ready(1).await);
}

#[within(port = port())]
async fn load() -> u16 {
    *port
}

fn main() {
    drop(load());
}
