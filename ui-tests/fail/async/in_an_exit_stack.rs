//! An async context in an `ExitStack`.

use guard_core::{ExitStack, context_manager, yield_point};
use std::future::ready;

#[context_manager]
async fn connection(port: u16) -> u16 {
    ready(()).await;
    yield_point!(port);
    ready(()).await;
}

async fn load() -> u16 {
    let stack = ExitStack::new();
    let port = stack.enter(connection(1));
    let found = *port;
    drop(stack);
    found
}

fn main() {
    drop(load());
}
