#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[derive(Debug)]
struct DbError;

impl From<std::num::ParseIntError> for DbError {
    fn from(_: std::num::ParseIntError) -> Self {
        DbError
    }
}

#[context_manager]
fn number(text: &str) -> Result<u32, DbError> {
    let number = text.parse::<u32>()?;
    yield_point!(number);
    Ok(())
}

fn main() {}
