use guard_core::{context_manager, yield_point};

#[context_manager]
const fn number(text: &str) -> u32 {
    let number = text.parse::<u32>()?;
    yield_point!(number);
    yield_point!(number);
}

fn main() {}
