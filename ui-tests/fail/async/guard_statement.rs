//! An async guard that is dropped at once.

#![deny(unused_must_use)]

use guard_core::{context_manager, yield_point};
use std::future::ready;

#[context_manager]
async fn connection(port: u16) -> u16 {
    ready(()).await;
    yield_point!(port);
    ready(()).await;
}

async fn load() {
    connection(1).enter().await;
    println!("loaded");
}

fn main() {
    drop(load());
}
