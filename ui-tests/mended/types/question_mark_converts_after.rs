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
    yield_point!(1);
    text.parse::<u32>()?;
    Ok(())
}

fn main() {}
