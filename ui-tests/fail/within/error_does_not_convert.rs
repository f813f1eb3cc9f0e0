//! A context that fails with another error than the function.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn database(name: &str) -> Result<String, String> {
    yield_point!(name.to_owned());
    Ok(())
}

#[derive(Debug)]
struct LoadError;

#[within(db = database("a")?)]
fn load() -> Result<usize, LoadError> {
    Ok(db.len())
}

fn main() {
    println!("{:?}", load());
}
