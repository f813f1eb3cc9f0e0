//! `?` on an `Option`, in a function that returns one.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn first(names: &[String]) -> Option<&String> {
    let name = names.first()?;
    yield_point!(Some(name));
}

fn main() {}
