//! `infallible` and a `?`, which contradict each other.

use guard_core::{context_manager, yield_point};

#[context_manager(infallible)]
fn number(text: &str) -> Result<u32, std::num::ParseIntError> {
    let number = text.parse::<u32>()?;
    yield_point!(Ok(number));
}

fn main() {}
