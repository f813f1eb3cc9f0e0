#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
async fn trimmed(text: &str) -> &str {
    let trimmed = text.trim();
    yield_point!(trimmed);
}

async fn load() -> usize {
    let text = String::from(" a ");
    let body = async |text: &mut &str| text.len();
    trimmed(&text).with(body).await
}

fn spawn(_: impl Future + Send) {}

fn main() {
    spawn(load());
}
