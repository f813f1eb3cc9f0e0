#![deny(unused_mut)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number(mut argument: u32) -> u32 {
    let mut before = argument;
    yield_point!(before + 1);
    let mut after = 2;
    assert_eq!(before, after);
}

fn main() {
    number(1).with(|_| ());
}
