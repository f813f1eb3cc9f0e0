#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn lock() -> Result<u32, String> {
    let exit = yield_point!(1);
    if exit.is_completed() {
        return Ok(());
    }
    Err("not done".to_owned())
}

fn main() {}
