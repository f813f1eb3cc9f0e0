//! A context that cannot fail, with a `?`.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

#[within(n = logged("a")?)]
fn load() -> Result<usize, String> {
    Ok(*n)
}

fn main() {
    assert_eq!(load(), Ok(1));
}
