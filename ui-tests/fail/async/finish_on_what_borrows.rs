//! `finish_on` of a context that borrows.

use guard_core::{ExitHalf, context_manager, yield_point};

#[context_manager]
async fn named(name: &str) -> usize {
    yield_point!(name.len());
    println!("{name}");
}

fn later(_: ExitHalf) {}

async fn load(name: String) -> usize {
    let named = named(&name).finish_on(later);
    named.with(async |len| *len).await
}

fn main() {
    drop(load("a".to_owned()));
}
