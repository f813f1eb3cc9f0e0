#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[derive(Debug)]
struct Broken;

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

fn main() {
    let _ = number().try_with(|_| Err::<(), _>(Broken));
}
