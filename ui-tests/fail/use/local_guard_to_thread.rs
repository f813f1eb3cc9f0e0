//! A guard that was entered for one thread, sent to another.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

fn main() {
    let guard = number().enter_local();
    std::thread::spawn(move || drop(guard));
}
