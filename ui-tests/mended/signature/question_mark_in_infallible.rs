#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number(text: &str) -> Result<u32, std::num::ParseIntError> {
    let number = text.parse::<u32>()?;
    yield_point!(number);
    Ok(())
}

fn main() {}
