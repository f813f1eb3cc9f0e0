//! `finish_on` on a function that is not async.

use guard_core::{context_manager, yield_point};

#[context_manager(finish_on = |half| drop(half))]
fn numbered() -> u16 {
    yield_point!(1);
}

fn main() {
    numbered().with(|n| println!("{n}"));
}
