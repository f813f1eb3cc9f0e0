//! `enter!` of an async context.

use guard_core::{context_manager, enter, yield_point};
use std::future::ready;

#[context_manager]
async fn connection(port: u16) -> u16 {
    ready(()).await;
    yield_point!(port);
    ready(()).await;
}

async fn load() {
    enter!(port = connection(1));
    println!("{port}");
}

fn main() {
    drop(load());
}
