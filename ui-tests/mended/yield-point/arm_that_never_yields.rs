#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn lock(shared: Option<u32>) -> Result<u32, String> {
    match shared {
        Some(value) => {
            yield_point!(value);
        }
        None => return Err("nothing is shared".to_owned()),
    }
    Ok(())
}

fn main() {}
