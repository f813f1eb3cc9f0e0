#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager(fields(name = name))]
fn table(name: &str) -> usize {
    yield_point!(name.len());
}

fn main() {
    table("penguins").with(|length| assert_eq!(*length, 8));
}
