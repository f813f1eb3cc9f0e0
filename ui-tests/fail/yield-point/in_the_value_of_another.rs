//! A `yield_point!` in the value of another one.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: String) -> String {
    yield_point!({
        yield_point!(name.clone());
        name
    });
}

fn main() {}
