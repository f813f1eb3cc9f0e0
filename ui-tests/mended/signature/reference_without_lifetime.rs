#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn name() -> &'static str {
    yield_point!("a");
}

fn main() {}
