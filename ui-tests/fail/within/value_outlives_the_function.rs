//! A value that is to outlive its context.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn database(name: &str) -> Result<String, String> {
    yield_point!(name.to_owned());
    Ok(())
}

#[within(db = database("a")?)]
fn load() -> Result<&'static str, String> {
    Ok(db.as_str())
}

fn main() {
    assert_eq!(load().unwrap(), "a");
}
