//! On a context manager.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

#[within(logged("outer"))]
#[context_manager]
fn inner() -> u8 {
    yield_point!(1);
}

fn main() {
    inner().with(|n| println!("{n}"));
}
