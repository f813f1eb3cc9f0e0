#![deny(warnings)]

use guard_core::{context_manager, yield_point};

type NumberResult<T> = Result<T, std::num::ParseIntError>;

#[context_manager]
fn number() -> NumberResult<u32> {
    yield_point!(1);
    Ok(())
}

fn main() {}
