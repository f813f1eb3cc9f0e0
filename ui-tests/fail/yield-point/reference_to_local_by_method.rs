//! A reference to a local that a method returns.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn trimmed(name: &str) -> &str {
    let name = name.trim().to_owned();
    yield_point!(name.as_str());
}

fn main() {}
