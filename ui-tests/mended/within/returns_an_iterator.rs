#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

#[within(logged("a"))]
fn load() -> Vec<u8> {
    (0..3).map(|n| n + 1).collect()
}

fn main() {
    assert_eq!(load().into_iter().sum::<u8>(), 6);
}
