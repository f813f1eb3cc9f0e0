#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};
use std::error::Error;

#[context_manager]
async fn transaction() -> u64 {
    yield_point!(10);
}

#[within(balance = transaction())]
async fn pay() -> Result<u64, Box<dyn Error + Send + Sync>> {
    if *balance == 0 {
        Err("no money".into())
    } else {
        Ok(*balance)
    }
}

fn main() {
    drop(pay());
}
