#![deny(warnings)]

use guard_core::{ScopedGuard, context_manager, yield_point};

#[context_manager]
fn length(text: &str) -> usize {
    yield_point!(text.len());
}

fn stored(text: &str) -> ScopedGuard<'_, usize> {
    length(text).enter()
}

fn main() {
    let _guard = stored("a");
}
