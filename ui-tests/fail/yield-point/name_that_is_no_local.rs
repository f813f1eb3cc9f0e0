//! A name to which nothing can be handed back.

use guard_core::{context_manager, yield_point};

#[allow(non_upper_case_globals)]
static greeting: &str = "hello";

#[context_manager]
fn greets() -> &'static str {
    yield_point!(greeting);
}

fn main() {}
