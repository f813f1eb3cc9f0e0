//! A `yield_point!` that only stands after `return`.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number() -> u32 {
    println!("entered");
    return;
    yield_point!(1);
}

fn main() {}
