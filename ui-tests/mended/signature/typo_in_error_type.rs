#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[derive(Debug)]
struct DbError;

#[context_manager]
fn connection(name: &str) -> Result<usize, DbError> {
    yield_point!(name.len());
    Ok(())
}

fn main() {}
