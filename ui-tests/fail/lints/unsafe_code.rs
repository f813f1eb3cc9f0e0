#![deny(unsafe_code)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number(at: &u32) -> u32 {
    let number = unsafe { std::ptr::read(at) };
    yield_point!(number);
}

fn main() {
    number(&1).with(|_| ());
}
