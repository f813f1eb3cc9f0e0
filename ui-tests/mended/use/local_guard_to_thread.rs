#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

fn main() {
    let guard = number().enter();
    std::thread::spawn(move || drop(guard));
}
