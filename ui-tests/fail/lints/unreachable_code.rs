#![deny(unreachable_code)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number(text: &str) -> Result<usize, String> {
    if text.is_empty() {
        return Err(String::new());
        println!("before");
    }
    yield_point!(text.len());
    return Ok(());
    println!("after");
}

fn main() {
    let _ = number("1").with(|_| ());
}
