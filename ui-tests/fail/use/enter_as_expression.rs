//! `enter!` as an expression.

use guard_core::{context_manager, enter, yield_point};

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

fn main() {
    let n = enter!(_ = number());
    println!("{n}");
}
