#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};
use std::sync::Arc;

#[context_manager]
fn shared(name: Arc<str>) -> usize {
    let len = name.len();
    yield_point!(len);
    println!("{name}");
}

#[within(n = shared("a".into()))]
async fn load() -> usize {
    std::future::ready(*n).await
}

fn spawn(_: impl Future + Send) {}

fn main() {
    spawn(load());
}
