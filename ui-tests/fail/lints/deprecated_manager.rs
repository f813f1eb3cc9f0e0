#![deny(deprecated)]

use guard_core::{context_manager, yield_point};

#[deprecated = "use another one"]
#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

fn main() {
    number().with(|_| ());
}
