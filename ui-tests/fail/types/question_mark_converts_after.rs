//! A `?` whose error does not convert, in the exit half.

use guard_core::{context_manager, yield_point};

#[derive(Debug)]
struct DbError;

#[context_manager]
fn number(text: &str) -> Result<u32, DbError> {
    yield_point!(1);
    text.parse::<u32>()?;
    Ok(())
}

fn main() {}
