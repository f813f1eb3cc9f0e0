//! A body of another type.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

#[within(n = logged("a"))]
fn load() -> usize {
    n.to_string()
}

fn main() {
    load();
}
