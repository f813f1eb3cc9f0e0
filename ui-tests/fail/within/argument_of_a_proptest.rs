//! A context that uses an argument of a property.

use guard_core::{context_manager, within, yield_point};
use proptest::prelude::*;

#[context_manager]
fn temporary(name: &str) -> String {
    yield_point!(name.to_uppercase());
}

proptest! {
    #[within(v = temporary(&name))]
    #[test]
    fn a_name_is_in_uppercase(name in "[a-z]*") {
        prop_assert_eq!(&*v, &name.to_uppercase());
    }
}

fn main() {}
