#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};
use proptest::prelude::*;

#[context_manager]
fn temporary(name: &str) -> String {
    yield_point!(name.to_uppercase());
}

#[within(v = temporary(name))]
fn is_in_uppercase(name: &str) -> Result<(), TestCaseError> {
    prop_assert_eq!(&*v, &name.to_uppercase());
    Ok(())
}

proptest! {
    #[test]
    fn a_name_is_in_uppercase(name in "[a-z]*") {
        is_in_uppercase(&name)?;
    }
}

fn main() {}
