//! A `return` after the `yield_point!`, in the expansion of a macro.

use guard_core::{context_manager, yield_point};

macro_rules! done_if {
    ($done:expr) => {
        if $done {
            return Ok(());
        }
    };
}

#[context_manager]
fn lock() -> Result<u32, String> {
    let exit = yield_point!(1);
    done_if!(exit.is_completed());
    Err("not done".to_owned())
}

fn main() {}
