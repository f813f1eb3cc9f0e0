#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};
use std::future::ready;
use std::sync::Arc;

#[context_manager]
async fn connection(port: u16) -> u16 {
    ready(()).await;
    yield_point!(port);
    ready(()).await;
}

#[within(port = connection(1))]
async fn load() {
    let name = Arc::new(*port);
    ready(()).await;
    println!("{name}");
}

fn spawn(_: impl Future + Send) {}

fn main() {
    spawn(load());
}
