#![deny(warnings)]

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
async fn load() -> Vec<<Rows as Stream>::Item> {
    Rows.collect().await
}

fn main() {
    drop(load());
}
