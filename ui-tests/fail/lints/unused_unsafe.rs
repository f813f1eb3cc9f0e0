#![deny(unused_unsafe)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number() -> u32 {
    let number = unsafe { 1 };
    yield_point!(number);
}

fn main() {
    number().with(|_| ());
}
