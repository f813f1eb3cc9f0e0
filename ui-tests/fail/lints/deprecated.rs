#![deny(deprecated)]

use guard_core::{context_manager, yield_point};

#[deprecated = "use another one"]
fn old() -> u32 {
    1
}

#[context_manager]
fn number() -> u32 {
    yield_point!(old());
}

fn main() {
    number().with(|_| ());
}
