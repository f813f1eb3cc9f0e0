#![deny(warnings)]

use guard_core::{context_manager, yield_point};

macro_rules! parse {
    ($text:expr) => {
        $text.parse::<u32>()?
    };
}

#[context_manager]
fn number(text: &str) -> Result<u32, std::num::ParseIntError> {
    let number = parse!(text);
    yield_point!(number);
    Ok(())
}

fn main() {}
