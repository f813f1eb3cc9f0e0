//! `with!` with a `?`, in a function that cannot fail.

use guard_core::{context_manager, with, yield_point};

#[context_manager]
fn number() -> Result<u32, String> {
    yield_point!(1);
    Ok(())
}

fn main() {
    with!(n = number()? => { println!("{n}") });
}
