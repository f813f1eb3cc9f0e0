#![deny(warnings)]

use guard_core::{context_manager, yield_point};

struct SearchResult(u32);

#[context_manager(infallible)]
fn search() -> SearchResult {
    yield_point!(SearchResult(1));
}

fn main() {}
