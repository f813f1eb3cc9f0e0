//! The path of `guard-core` in quotes.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

#[within(crate = "guard_core", n = logged("a"))]
fn load() -> usize {
    *n
}

fn main() {
    load();
}
