//! An async closure in a context that is not async, and lends nothing.

#![deny(unused_must_use)]

use guard_core::{context_manager, yield_point};
use std::future::ready;

#[context_manager]
fn numbered() {
    yield_point!();
}

async fn load() {
    numbered().with(|()| ready(println!("1")));
}

fn main() {
    drop(load());
}
