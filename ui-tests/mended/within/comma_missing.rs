#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

#[within(n = logged("a"), m = logged("b"))]
fn load() -> usize {
    *n + *m
}

fn main() {
    load();
}
