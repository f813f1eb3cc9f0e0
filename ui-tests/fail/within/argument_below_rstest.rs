//! A context below `#[rstest]` that uses an argument.

use guard_core::{context_manager, within, yield_point};
use rstest::{fixture, rstest};

#[context_manager]
fn temporary(name: &str) -> String {
    yield_point!(name.to_uppercase());
}

#[fixture]
fn name() -> &'static str {
    "a"
}

#[rstest]
#[within(temporary(name))]
fn a_name_is_short(name: &str) {
    assert_eq!(name.len(), 1);
}

fn main() {}
