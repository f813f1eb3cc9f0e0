//! `#[within]` without a context.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

#[within]
fn load() {}

fn main() {
    load();
}
