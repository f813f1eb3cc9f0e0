#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

struct TestResult(bool);

#[within(infallible, logged("a"))]
fn load() -> TestResult {
    TestResult(true)
}

fn main() {
    assert!(load().0);
}
