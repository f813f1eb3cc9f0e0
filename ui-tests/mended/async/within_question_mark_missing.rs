#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};
use std::future::ready;

#[context_manager]
async fn connection(port: u16) -> Result<u16, String> {
    ready(()).await;
    yield_point!(port);
    Ok(())
}

#[within(port = connection(1)?)]
async fn load() -> Result<u16, String> {
    Ok(*port)
}

fn main() {
    drop(load());
}
