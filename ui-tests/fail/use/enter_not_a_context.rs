//! `enter!` on a value that is no context.

use guard_core::enter;

fn main() {
    enter!(name = String::from("a"));
    println!("{name}");
}
