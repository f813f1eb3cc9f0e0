#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: String) -> String {
    let exit = yield_point!(name);
    println!("{exit:?}");
}

fn main() {}
