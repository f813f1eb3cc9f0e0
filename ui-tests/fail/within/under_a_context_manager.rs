//! Under `#[context_manager]`.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

#[context_manager]
#[within(logged("outer"))]
fn inner() -> u8 {
    yield_point!(1);
}

fn main() {
    inner().with(|n| println!("{n}"));
}
