//! A context below `#[rstest]` that uses an argument of the case.

use guard_core::{context_manager, within, yield_point};
use rstest::rstest;

#[context_manager]
fn temporary(name: &str) -> String {
    yield_point!(name.to_uppercase());
}

#[rstest]
#[case("a")]
#[case("b")]
#[within(temporary(name))]
fn a_name_is_short(#[case] name: &str) {
    assert_eq!(name.len(), 1);
}

fn main() {}
