#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager(fields(result = outcome))]
fn judged(outcome: &str) {
    yield_point!();
}

fn main() {
    judged("well").with(|()| ());
}
