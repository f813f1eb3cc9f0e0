#![deny(warnings)]
#![deny(unused_variables)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn nested() -> u32 {
    let _exit = yield_point!(1);
}

fn main() {}
