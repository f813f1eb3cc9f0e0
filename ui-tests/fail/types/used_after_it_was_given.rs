//! A local that was given away.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: String) -> Option<String> {
    yield_point!(Some(name));
    println!("{name}");
}

fn main() {}
