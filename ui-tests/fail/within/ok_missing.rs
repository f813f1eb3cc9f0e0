//! A body that does not end in `Ok(..)`.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn database(name: &str) -> Result<String, String> {
    yield_point!(name.to_owned());
    Ok(())
}

#[within(db = database("a")?)]
fn load() -> Result<(), String> {
    println!("{db}");
}

fn main() {
    assert_eq!(load(), Ok(()));
}
