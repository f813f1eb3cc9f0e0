#![deny(warnings)]

use guard_core::{ExitHalf, context_manager, yield_point};

fn later(_: ExitHalf) {}

#[context_manager(finish_on = later)]
async fn named(name: String) -> usize {
    yield_point!(name.len());
    println!("{name}");
}

fn main() {
    drop(named("a".to_owned()));
}
