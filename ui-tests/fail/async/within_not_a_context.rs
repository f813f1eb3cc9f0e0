//! `#[within]` with a future that is no context.

use guard_core::within;
use std::future::ready;

#[within(port = ready(1))]
async fn load() -> u16 {
    *port
}

fn main() {
    drop(load());
}
