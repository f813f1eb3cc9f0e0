#![deny(warnings)]

use guard_core::{context_manager, enter, yield_point};

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

fn main() {
    enter!(n = number());
    *n += 1;
    println!("{n}");
}
