//! `enter()` without the `?` that it needs.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number() -> Result<u32, String> {
    yield_point!(1);
    Ok(())
}

fn main() -> Result<(), String> {
    let guard = number().enter();
    println!("{}", *guard);
    Ok(())
}
