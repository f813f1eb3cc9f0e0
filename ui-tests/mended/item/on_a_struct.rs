#![deny(warnings)]

use guard_core::{context_manager, yield_point};

struct Connection {
    name: String,
}

#[context_manager]
fn connection(name: String) -> Connection {
    yield_point!(Connection { name });
}

fn main() {}
