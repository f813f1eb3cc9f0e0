//! A function that returns a boxed future.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

type Loaded = usize;

#[within(n = logged("a"))]
fn load() -> std::pin::Pin<Box<dyn Future<Output = Loaded>>> {
    let n = *n;
    Box::pin(async move { n })
}

fn main() {
    drop(load());
}
