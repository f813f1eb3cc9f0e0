//! `fields` that cannot be read.

use guard_core::{context_manager, yield_point};

#[context_manager(fields(path = = path))]
fn opened(path: &str) {
    yield_point!();
}

fn main() {
    opened("here").with(|()| ());
}
