#![deny(unused_parens, unused_braces)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number(text: &str) -> usize {
    if (text.is_empty()) {
        println!("empty");
    }
    yield_point!((text.len()));
}

fn main() {
    number("1").with(|_| ());
}
