//! A constant that is marked.

use guard_core::context_manager;

#[context_manager]
const LIMIT: u32 = 1;

fn main() {}
