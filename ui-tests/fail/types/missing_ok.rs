//! No `Ok(())` at the end.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: &str) -> Result<usize, String> {
    yield_point!(name.len());
    println!("closed");
}

fn main() {}
