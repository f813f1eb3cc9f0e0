#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

#[within(n = logged("a"))]
async fn load() -> usize {
    n.to_string().len()
}

fn main() {
    drop(load());
}
