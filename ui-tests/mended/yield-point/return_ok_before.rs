#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn lock(wanted: bool) -> Result<u32, String> {
    if !wanted {
        return Err("not wanted".to_owned());
    }
    yield_point!(1);
    Ok(())
}

fn main() {}
