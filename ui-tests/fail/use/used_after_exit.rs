//! A guard that is used after it has exited.

use guard_core::{Guard, context_manager, yield_point};

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

fn main() {
    let guard = number().enter();
    Guard::exit(guard);
    println!("{}", *guard);
}
