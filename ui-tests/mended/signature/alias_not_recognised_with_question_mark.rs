#![deny(warnings)]

use guard_core::{context_manager, yield_point};

type NumberResult<T> = Result<T, std::num::ParseIntError>;

#[context_manager]
fn number(text: &str) -> NumberResult<u32> {
    let number = text.parse()?;
    yield_point!(number);
    Ok(())
}

fn main() {}
