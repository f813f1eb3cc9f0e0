//! A local that would have to be coerced.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn shown(text: String) -> Box<dyn std::fmt::Display> {
    let shown = Box::new(text);
    yield_point!(shown);
}

fn main() {}
