//! A bare `return` before the `yield_point!`, in the expansion of a macro.

use guard_core::{context_manager, yield_point};

macro_rules! give_up_unless {
    ($wanted:expr) => {
        if !$wanted {
            return;
        }
    };
}

#[context_manager]
fn lock(wanted: bool) -> u32 {
    give_up_unless!(wanted);
    yield_point!(1);
}

fn main() {}
