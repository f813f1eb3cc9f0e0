//! The value of a context below `#[rstest]`.

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
#[within(v = temporary("a"))]
fn a_name_is_short(name: &str) {
    assert_eq!(name.len(), v.len());
}

fn main() {}
