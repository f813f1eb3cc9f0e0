//! An alias of `Result` whose name does not end in `Result`, and a `?`.

use guard_core::{context_manager, yield_point};

type Fallible<T> = Result<T, std::num::ParseIntError>;

#[context_manager]
fn number(text: &str) -> Fallible<u32> {
    let number = text.parse()?;
    yield_point!(number);
    Ok(())
}

fn main() {}
