#![deny(unused_must_use)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number(text: &str) -> u32 {
    text.parse::<u32>();
    yield_point!(1);
    text.parse::<u32>();
}

fn main() {
    number("1").with(|_| ());
}
