//! The value of a context below `#[rstest]`.

use guard_core::{context_manager, within, yield_point};
use rstest::rstest;

#[context_manager]
fn temporary(name: &str) -> String {
    yield_point!(name.to_uppercase());
}

#[rstest]
#[case(1)]
#[within(v = temporary("a"))]
fn a_name_is_short(#[case] length: usize) {
    assert_eq!(v.len(), length);
}

fn main() {}
