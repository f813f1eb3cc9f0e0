//! Two values.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn pair(a: String, b: String) -> (String, String) {
    yield_point!(a, b);
}

fn main() {}
