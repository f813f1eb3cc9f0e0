//! A `yield_point!` among the arguments of another macro.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: String) -> String {
    println!("{:?}", yield_point!(name));
}

fn main() {}
