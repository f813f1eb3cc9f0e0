#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: &str) -> String {
    let mut connection = name.to_owned();
    yield_point!(connection);
}

fn main() {}
