#![deny(unused_variables)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number(unused: u32) -> u32 {
    let before = 1;
    yield_point!(1);
    let after = 2;
}

fn main() {
    number(1).with(|_| ());
}
