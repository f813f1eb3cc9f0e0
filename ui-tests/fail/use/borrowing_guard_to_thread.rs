//! A guard that borrows, sent to a thread.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn length(text: &str) -> usize {
    yield_point!(text.len());
}

fn main() {
    let text = String::from("a");
    let guard = length(&text).enter();
    std::thread::spawn(move || drop(guard));
}
