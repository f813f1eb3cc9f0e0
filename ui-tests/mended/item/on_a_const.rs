#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn limit() -> u32 {
    yield_point!(1);
}

fn main() {
    assert_eq!(limit().with(|limit| *limit), 1);
}
