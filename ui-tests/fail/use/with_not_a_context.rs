//! `with!` on a value that is no context.

use guard_core::with;

fn main() {
    with!(name = String::from("a") => { println!("{name}") });
}
