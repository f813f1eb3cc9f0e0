//! An alias of `Result` whose name does not end in `Result`.

use guard_core::{context_manager, yield_point};

type Fallible<T> = Result<T, std::num::ParseIntError>;

#[context_manager]
fn number() -> Fallible<u32> {
    yield_point!(1);
    Ok(())
}

fn main() {}
