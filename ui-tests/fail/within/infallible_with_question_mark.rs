//! `infallible` with a context that can fail.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn database(name: &str) -> Result<String, String> {
    yield_point!(name.to_owned());
    Ok(())
}

#[within(infallible, db = database("a")?)]
fn load() -> Result<usize, String> {
    Ok(db.len())
}

fn main() {
    assert_eq!(load(), Ok(1));
}
