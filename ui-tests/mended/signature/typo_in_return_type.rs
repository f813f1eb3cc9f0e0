#![deny(warnings)]

use guard_core::{context_manager, yield_point};

struct Connection(usize);

#[context_manager]
fn connection(name: &str) -> Connection {
    yield_point!(Connection(name.len()));
}

fn main() {}
