#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn numbered() -> u16 {
    yield_point!(1);
}

fn main() {
    numbered().with(|n| println!("{n}"));
}
