//! A type whose name ends in `Result`, and which is none.

use guard_core::{context_manager, yield_point};

struct SearchResult(u32);

#[context_manager]
fn search() -> SearchResult {
    yield_point!(SearchResult(1));
}

fn main() {}
