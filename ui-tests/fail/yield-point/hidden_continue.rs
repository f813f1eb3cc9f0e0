//! A `continue` after the `yield_point!`, in the expansion of a macro.

use guard_core::{context_manager, yield_point};

macro_rules! again {
    () => {
        continue
    };
}

#[context_manager]
fn number(wanted: bool) -> u32 {
    loop {
        yield_point!(1);
        if !wanted {
            again!();
        }
        break;
    }
}

fn main() {}
