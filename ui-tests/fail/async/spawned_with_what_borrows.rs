//! A body that is lent what borrows, in a future that is spawned.

use guard_core::{context_manager, yield_point};

#[context_manager]
async fn trimmed(text: &str) -> &str {
    let trimmed = text.trim();
    yield_point!(trimmed);
}

async fn load() -> usize {
    let text = String::from(" a ");
    trimmed(&text).with(async |text| text.len()).await
}

fn spawn(_: impl Future + Send) {}

fn main() {
    spawn(load());
}
