//! A function that returns a future.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

#[within(n = logged("a"))]
fn load() -> impl Future<Output = usize> {
    let n = *n;
    async move { n }
}

fn main() {
    drop(load());
}
