#![deny(warnings)]

use guard_core::{AsyncExitStack, context_manager, yield_point};

#[context_manager]
async fn trimmed(text: &str) -> &str {
    let trimmed = text.trim();
    yield_point!(trimmed);
}

async fn load() -> usize {
    let text = String::from(" a ");
    let length = AsyncExitStack::borrowing_scope(async |stack| {
        let text = stack.enter(trimmed(&text)).await;
        Ok::<_, String>(text.len())
    });
    length.await.unwrap_or(0)
}

fn main() {
    drop(load());
}
