#![deny(warnings)]

use guard_core::ExitStack;

#[derive(Debug)]
struct Full;

impl std::fmt::Display for Full {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("full")
    }
}

impl std::error::Error for Full {}

fn main() {
    let stack = ExitStack::new();
    stack.try_callback(|| Err(Full));
    assert!(stack.close().is_err());
}
