//! A `yield_point!` that is compiled conditionally.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number() -> u32 {
    #[cfg(windows)]
    yield_point!(1);
}

fn main() {
    number().with(|number| println!("{number}"));
}
