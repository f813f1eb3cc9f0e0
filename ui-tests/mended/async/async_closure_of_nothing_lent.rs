#![deny(warnings)]

use guard_core::{context_manager, enter, yield_point};
use std::future::ready;

#[context_manager]
fn numbered() {
    yield_point!();
}

async fn load() {
    enter!(_ = numbered());
    ready(println!("1")).await;
}

fn main() {
    drop(load());
}
