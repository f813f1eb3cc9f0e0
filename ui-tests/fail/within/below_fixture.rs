//! A context below `#[fixture]`.

use guard_core::{context_manager, within, yield_point};
use rstest::{fixture, rstest};

#[context_manager]
fn temporary(name: &str) -> String {
    yield_point!(name.to_uppercase());
}

#[fixture]
#[within(v = temporary("a"))]
fn name() -> String {
    v.clone()
}

#[rstest]
fn a_name_is_short(name: String) {
    assert_eq!(name.len(), 1);
}

fn main() {}
