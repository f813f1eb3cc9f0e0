#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn numbers() -> Result<Box<dyn Iterator<Item = u32>>, String> {
    yield_point!(Box::new(0..3));
    Ok(())
}

fn main() {}
