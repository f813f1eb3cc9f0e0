#![deny(warnings)]

use guard_core::{context_manager, yield_point};

unsafe fn open() -> u32 {
    1
}

#[context_manager]
fn number() -> u32 {
    let number = unsafe { open() };
    yield_point!(number);
}

fn main() {}
