#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn database(name: &str) -> Result<String, String> {
    yield_point!(name.to_owned());
    Ok(())
}

#[within(db = database("a")?)]
#[test]
fn a_database_has_a_name() -> Result<(), String> {
    assert_eq!(db, "a");
    Ok(())
}

fn main() {}
