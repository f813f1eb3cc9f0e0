//! A `yield_point!` in an `async` block.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: String) -> String {
    let _later = async {
        yield_point!(name);
    };
}

fn main() {}
