#![deny(warnings)]

use guard_core::{context_manager, yield_point};
use std::error::Error;

#[context_manager]
async fn transaction() -> u64 {
    yield_point!(10);
}

async fn pay() -> Result<(), Box<dyn Error + Send + Sync>> {
    transaction()
        .try_with(async |_| Err("no money".into()))
        .await
}

fn main() {
    drop(pay());
}
