//! A branch that never yields.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn lock(shared: Option<u32>) -> u32 {
    match shared {
        Some(value) => {
            yield_point!(value);
        }
        None => {}
    }
}

fn main() {}
