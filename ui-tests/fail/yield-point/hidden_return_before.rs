//! A `return` before the `yield_point!`, in the expansion of a macro.

use guard_core::{context_manager, yield_point};

macro_rules! give_up_unless {
    ($wanted:expr) => {
        if !$wanted {
            return Ok(());
        }
    };
}

#[context_manager]
fn lock(wanted: bool) -> Result<u32, String> {
    give_up_unless!(wanted);
    yield_point!(1);
    Ok(())
}

fn main() {}
