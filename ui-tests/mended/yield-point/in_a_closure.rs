#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connections(names: Vec<String>) -> Vec<String> {
    yield_point!(names);
}

fn main() {}
