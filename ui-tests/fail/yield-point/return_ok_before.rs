//! `return Ok(())` before the `yield_point!`.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn lock(wanted: bool) -> Result<u32, String> {
    if !wanted {
        return Ok(());
    }
    yield_point!(1);
    Ok(())
}

fn main() {}
