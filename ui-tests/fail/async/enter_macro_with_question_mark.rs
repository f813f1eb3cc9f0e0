//! `enter!` of an async context that can fail.

use guard_core::{context_manager, enter, yield_point};
use std::future::ready;

#[context_manager]
async fn connection(port: u16) -> Result<u16, String> {
    ready(()).await;
    yield_point!(port);
    Ok(())
}

async fn load() -> Result<u16, String> {
    enter!(port = connection(1)?);
    Ok(*port)
}

fn main() {
    drop(load());
}
