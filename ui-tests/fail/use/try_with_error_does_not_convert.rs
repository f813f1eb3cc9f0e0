//! A body whose error cannot hold that of the context.

use guard_core::{context_manager, yield_point};

#[derive(Debug)]
struct DbError;

#[derive(Debug)]
struct LoadError;

#[context_manager]
fn number() -> Result<u32, DbError> {
    yield_point!(1);
    Ok(())
}

fn main() -> Result<(), LoadError> {
    number().try_with(|n| {
        println!("{n}");
        Ok(())
    })
}
