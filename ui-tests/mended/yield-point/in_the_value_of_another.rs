#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: String) -> String {
    let _exit = yield_point!(name.clone());
}

fn main() {}
