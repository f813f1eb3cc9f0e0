#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: String) -> String {
    let first = name[..1].to_owned();
    yield_point!(name);
    println!("{first}");
}

fn main() {}
