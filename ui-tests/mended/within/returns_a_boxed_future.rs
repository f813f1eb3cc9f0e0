#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

type Loaded = usize;

fn load() -> std::pin::Pin<Box<dyn Future<Output = Loaded>>> {
    Box::pin(load_inside())
}

#[within(n = logged("a"))]
async fn load_inside() -> Loaded {
    *n
}

fn main() {
    drop(load());
}
