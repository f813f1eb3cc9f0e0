#![deny(warnings)]

use guard_core::{AsyncContextManager, context_manager, yield_point};
use std::future::ready;

#[context_manager]
async fn connection(port: u16) -> u16 {
    ready(()).await;
    yield_point!(port);
    ready(()).await;
}

async fn greet(port: impl AsyncContextManager<Value = u16>) {
    port.with(async |port| println!("hello {port}")).await;
}

fn main() {
    drop(greet(connection(1)));
}
