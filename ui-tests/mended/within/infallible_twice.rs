#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

#[within(infallible, logged("a"))]
fn load() -> Result<(), u8> {
    Ok(())
}

fn main() {
    assert_eq!(load(), Ok(()));
}
