#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

#[derive(Debug)]
struct Broken;

#[within(logged("a"))]
fn load() -> Result<(), Broken> {
    Err(Broken)
}

fn main() {
    assert!(load().is_err());
}
