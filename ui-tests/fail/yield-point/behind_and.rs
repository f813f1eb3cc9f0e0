//! A `yield_point!` behind `&&`.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn number(wanted: bool) -> u32 {
    let _completed = wanted && yield_point!(1).is_completed();
}

fn main() {}
