#![deny(warnings)]

use guard_core::{context_manager, yield_point};
use std::pin::Pin;

#[context_manager]
async fn trimmed(text: &str) -> &str {
    let trimmed = text.trim();
    yield_point!(trimmed);
}

async fn load() -> usize {
    let text = String::from(" a ");
    let length: Pin<Box<dyn Future<Output = usize> + Send + '_>> =
        Box::pin(trimmed(&text).with(async |text| text.len()));
    length.await
}

fn spawn(_: impl Future + Send) {}

fn main() {
    spawn(load());
}
