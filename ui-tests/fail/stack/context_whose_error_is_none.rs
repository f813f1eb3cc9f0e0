//! A context whose error is no `Error`.

use guard_core::{ExitStack, context_manager, yield_point};

#[derive(Debug)]
struct Full;

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
