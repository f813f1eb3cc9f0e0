//! A `?` whose error does not convert, in the enter half.

use guard_core::{context_manager, yield_point};

#[derive(Debug)]
struct DbError;

#[context_manager]
fn number(text: &str) -> Result<u32, DbError> {
    let number = text.parse::<u32>()?;
    yield_point!(number);
    Ok(())
}

fn main() {}
