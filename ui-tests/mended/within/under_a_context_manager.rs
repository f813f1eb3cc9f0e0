#![deny(warnings)]

use guard_core::{context_manager, enter, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

#[context_manager]
fn inner() -> u8 {
    enter!(_ = logged("outer"));
    yield_point!(1);
}

fn main() {
    inner().with(|n| println!("{n}"));
}
