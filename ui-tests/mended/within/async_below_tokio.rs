#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};

#[context_manager]
async fn temporary(name: &str) -> String {
    yield_point!(name.to_uppercase());
}

#[within(v = temporary("a"))]
#[tokio::test]
async fn a_name_is_in_uppercase() {
    assert_eq!(v, "A");
}

fn main() {}
