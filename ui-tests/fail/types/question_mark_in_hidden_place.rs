//! A `?` in the expansion of a macro, in a function that cannot fail.

use guard_core::{context_manager, yield_point};

macro_rules! parse {
    ($text:expr) => {
        $text.parse::<u32>()?
    };
}

#[context_manager]
fn number(text: &str) -> u32 {
    let number = parse!(text);
    yield_point!(number);
}

fn main() {}
