//! A reference to a local, with the lifetime of an argument.

use guard_core::{context_manager, yield_point};

#[context_manager]
fn connection<'a>(name: &'a str) -> &'a mut String {
    let mut connection = name.to_owned();
    yield_point!(&mut connection);
    println!("{connection}");
}

fn main() {}
