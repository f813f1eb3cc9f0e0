//! An error type that is misspelt.

use guard_core::{context_manager, yield_point};

#[derive(Debug)]
struct DbError;

#[context_manager]
fn connection(name: &str) -> Result<usize, DbEror> {
    yield_point!(name.len());
    Ok(())
}

fn main() {}
