//! The value at the end, where nothing can fail.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn buffer() -> Vec<u8> {
    let bytes = Vec::new();
    yield_point!(bytes);
    bytes
}

fn main() {
    buffer().with(|bytes| bytes.push(1));
}
