//! A struct that is marked.

use guard_core::context_manager;

#[context_manager]
struct Connection {
    name: String,
}

fn main() {}
