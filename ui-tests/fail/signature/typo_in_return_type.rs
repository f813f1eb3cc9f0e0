//! A return type that is misspelt.

use guard_core::{context_manager, yield_point};

struct Connection(usize);

#[context_manager]
fn connection(name: &str) -> Conection {
    yield_point!(Connection(name.len()));
}

fn main() {}
