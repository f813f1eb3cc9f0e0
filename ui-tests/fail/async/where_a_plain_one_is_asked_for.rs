//! An async context where an `impl ContextManager` is asked for.

use guard_core::{ContextManager, context_manager, yield_point};
use std::future::ready;

#[context_manager]
async fn connection(port: u16) -> u16 {
    ready(()).await;
    yield_point!(port);
    ready(()).await;
}

fn greet(port: impl ContextManager<Value = u16>) {
    port.with(|port| println!("hello {port}"));
}

fn main() {
    drop(greet(connection(1)));
}
