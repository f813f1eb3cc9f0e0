//! A type behind the name of the value.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

#[within(n: usize = logged("a"))]
fn load() -> usize {
    *n
}

fn main() {
    load();
}
