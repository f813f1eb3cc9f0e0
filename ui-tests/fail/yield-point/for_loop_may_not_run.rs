//! A loop that may not run at all.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn first(names: Vec<String>) -> String {
    for name in names {
        yield_point!(name);
        break;
    }
}

fn main() {}
