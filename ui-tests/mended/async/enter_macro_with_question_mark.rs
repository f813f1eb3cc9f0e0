#![deny(warnings)]

use guard_core::{AsyncGuard, context_manager, yield_point};
use std::future::ready;

#[context_manager]
async fn connection(port: u16) -> Result<u16, String> {
    ready(()).await;
    yield_point!(port);
    Ok(())
}

async fn load() -> Result<u16, String> {
    let port = connection(1).enter().await?;
    let found = *port;
    AsyncGuard::exit(port).await?;
    Ok(found)
}

fn main() {
    drop(load());
}
