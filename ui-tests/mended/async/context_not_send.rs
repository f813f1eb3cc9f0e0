#![deny(warnings)]

use guard_core::{context_manager, yield_point};
use std::sync::Arc;

#[context_manager]
async fn shared(name: Arc<str>) -> usize {
    let len = name.len();
    yield_point!(len);
    println!("{name}");
}

async fn load() -> usize {
    shared("a".into()).with(async |len| *len).await
}

fn spawn(_: impl Future + Send) {}

fn main() {
    spawn(load());
}
