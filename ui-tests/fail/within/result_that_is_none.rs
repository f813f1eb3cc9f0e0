//! A return type that ends in `Result` and is none.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

struct TestResult(bool);

#[within(logged("a"))]
fn load() -> TestResult {
    TestResult(true)
}

fn main() {
    assert!(load().0);
}
