//! An async closure in a context that is not async.

use guard_core::{context_manager, yield_point};
use std::future::ready;

#[context_manager]
fn numbered() -> u16 {
    yield_point!(1);
}

async fn load() {
    numbered().with(async |n| ready(println!("{n}")).await);
}

fn main() {
    drop(load());
}
