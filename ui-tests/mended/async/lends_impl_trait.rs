#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
async fn names() -> Box<dyn Iterator<Item = u8>> {
    yield_point!(Box::new(0..std::future::ready(3).await));
}

fn main() {
    drop(names());
}
