#![deny(warnings)]

use guard_core::{ExitStack, context_manager, yield_point};

#[derive(Debug)]
struct Full;

impl std::fmt::Display for Full {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("full")
    }
}

impl std::error::Error for Full {}

#[context_manager]
fn slot(free: bool) -> Result<u32, Full> {
    if !free {
        return Err(Full);
    }
    yield_point!(7);
    Ok(())
}

fn main() {
    let stack = ExitStack::new();
    *stack.enter(slot(true)).unwrap() += 1;
    stack.close().unwrap();
}
