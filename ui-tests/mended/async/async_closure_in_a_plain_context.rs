#![deny(warnings)]

use guard_core::{context_manager, enter, yield_point};
use std::future::ready;

#[context_manager]
fn numbered() -> u16 {
    yield_point!(1);
}

async fn load() {
    enter!(n = numbered());
    ready(println!("{n}")).await;
}

fn main() {
    drop(load());
}
