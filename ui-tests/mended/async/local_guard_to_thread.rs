#![deny(warnings)]

use guard_core::{AsyncGuard, context_manager, yield_point};
use std::sync::Arc;

#[context_manager]
async fn shared(name: Arc<str>) -> usize {
    let len = name.len();
    yield_point!(len);
    println!("{name}");
}

fn spawn(_: impl Future + Send) {}

async fn load() {
    let guard = shared("a".into()).enter().await;
    spawn(async move { AsyncGuard::exit(guard).await });
}

fn main() {
    drop(load());
}
