//! A context that can fail, without a `?`, on a function that cannot fail.

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn database(name: &str) -> Result<String, String> {
    yield_point!(name.to_owned());
    Ok(())
}

#[within(db = database("a"))]
fn load() -> usize {
    db.len()
}

fn main() {
    println!("{:?}", load());
}
