#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[cfg(windows)]
#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

#[cfg(not(windows))]
#[context_manager]
fn number() -> u32 {
    yield_point!(0);
}

fn main() {
    number().with(|number| println!("{number}"));
}
