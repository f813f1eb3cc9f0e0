//! A value as the last line.

use guard_core::{context_manager, yield_point};
use std::collections::HashSet;

#[context_manager]
fn opened(open: &mut HashSet<String>) -> usize {
    yield_point!(open.len());
    open.remove("a")
}

fn main() {}
