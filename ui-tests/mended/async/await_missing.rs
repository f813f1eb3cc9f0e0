#![deny(warnings)]

use guard_core::{context_manager, yield_point};
use std::future::ready;

#[context_manager]
async fn connection(port: u16) -> u16 {
    ready(()).await;
    yield_point!(port);
    ready(()).await;
}

async fn load() {
    connection(1).with(async |port| println!("{port}")).await;
}

fn main() {
    drop(load());
}
