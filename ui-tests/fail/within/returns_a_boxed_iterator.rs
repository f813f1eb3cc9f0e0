//! A function that returns a boxed iterator.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

#[within(logged("a"))]
fn load() -> Box<dyn Iterator<Item = u8>> {
    Box::new(0..3)
}

fn main() {
    assert_eq!(load().into_iter().sum::<u8>(), 3);
}
