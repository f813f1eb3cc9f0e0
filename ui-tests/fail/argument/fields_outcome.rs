//! A field that has the name of the context's own.

use guard_core::{context_manager, yield_point};

#[context_manager(fields(outcome))]
fn judged(outcome: &str) {
    yield_point!();
}

fn main() {
    judged("well").with(|()| ());
}
