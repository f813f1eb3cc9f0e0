//! `infallible` twice.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

#[within(infallible, logged("a"), infallible)]
fn load() -> Result<(), u8> {
    Ok(())
}

fn main() {
    assert_eq!(load(), Ok(()));
}
