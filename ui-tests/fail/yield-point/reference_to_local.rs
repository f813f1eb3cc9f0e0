//! A reference to a local.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection(name: &str) -> &mut String {
    let mut connection = name.to_owned();
    yield_point!(&mut connection);
}

fn main() {}
