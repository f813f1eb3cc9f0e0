#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn count(name: &str) -> usize {
    yield_point!(name.len());
}

#[within(n = count("a"))]
fn load() -> usize {
    *n
}

fn main() {
    load();
}
