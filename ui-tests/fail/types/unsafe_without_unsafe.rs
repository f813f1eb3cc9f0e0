//! An unsafe call outside of `unsafe`.

use guard_core::{context_manager, yield_point};

unsafe fn open() -> u32 {
    1
}

#[context_manager]
fn number() -> u32 {
    let number = open();
    yield_point!(number);
}

fn main() {}
