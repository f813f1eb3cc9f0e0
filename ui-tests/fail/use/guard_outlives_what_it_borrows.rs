//! A `Guard` of a context that borrows.

use guard_core::{Guard, context_manager, yield_point};

#[context_manager]
fn length(text: &str) -> usize {
    yield_point!(text.len());
}

fn stored(text: &str) -> Guard<usize> {
    length(text).enter()
}

fn main() {
    let _guard = stored("a");
}
