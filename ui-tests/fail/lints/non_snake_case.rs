#![deny(non_snake_case)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn aNumber(anArgument: u32) -> u32 {
    let aLocal = anArgument;
    yield_point!(aLocal);
}

fn main() {
    aNumber(1).with(|_| ());
}
