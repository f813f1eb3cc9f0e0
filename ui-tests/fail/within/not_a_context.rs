//! A value that is no context.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

fn count(name: &str) -> usize {
    name.len()
}

#[within(n = count("a"))]
fn load() -> usize {
    *n
}

fn main() {
    load();
}
