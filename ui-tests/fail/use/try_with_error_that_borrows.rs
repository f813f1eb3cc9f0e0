//! A body whose error borrows.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number() -> u32 {
    yield_point!(1);
}

fn main() {
    let text = String::from("a");
    let error: &str = &text;
    let _ = number().try_with(|_| Err::<(), _>(error));
}
