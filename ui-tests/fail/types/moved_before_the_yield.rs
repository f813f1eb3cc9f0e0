//! A local that is gone when it is lent.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: String) -> String {
    drop(name);
    yield_point!(name);
}

fn main() {}
