#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn buffer() -> Vec<u8> {
    let bytes = Vec::new();
    yield_point!(bytes);
}

fn main() {
    buffer().with(|bytes| bytes.push(1));
}
