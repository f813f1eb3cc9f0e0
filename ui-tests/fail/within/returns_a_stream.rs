//! A function that returns a stream.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

trait Stream {
    type Item;
}

struct Rows;

impl Stream for Rows {
    type Item = u8;
}

impl Rows {
    async fn collect(self) -> Vec<u8> {
        vec![1]
    }
}

#[within(logged("a"))]
fn load() -> impl Stream<Item = u8> {
    Rows
}

fn main() {
    let _ = load();
}
