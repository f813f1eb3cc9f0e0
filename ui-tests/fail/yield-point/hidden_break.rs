//! A `break` before the `yield_point!`, in the expansion of a macro.

use guard_core::{context_manager, yield_point};

macro_rules! give_up {
    () => {
        break
    };
}

#[context_manager]
fn number(wanted: bool) -> u32 {
    loop {
        if !wanted {
            give_up!();
        }
        yield_point!(1);
        break;
    }
}

fn main() {}
