//! `finish_on` on a function that borrows.

use guard_core::{ExitHalf, context_manager, yield_point};

fn later(_: ExitHalf) {}

#[context_manager(finish_on = later)]
async fn named(name: &str) -> usize {
    yield_point!(name.len());
    println!("{name}");
}

fn main() {
    drop(named("a"));
}
