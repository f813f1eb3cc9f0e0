//! A `yield_point!` in a function that is not marked.

use guard_core::yield_point;

fn connection(name: &str) {
    println!("{name}");
    yield_point!();
}

fn main() {}
