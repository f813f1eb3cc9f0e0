//! `finish_on` of a context that cannot be sent.

use guard_core::{ExitHalf, context_manager, yield_point};
use std::rc::Rc;

#[context_manager]
async fn shared(name: Rc<str>) -> usize {
    let len = name.len();
    yield_point!(len);
    println!("{name}");
}

fn later(_: ExitHalf) {}

async fn load() -> usize {
    let shared = shared("a".into()).finish_on(later);
    shared.with(async |len| *len).await
}

fn main() {
    drop(load());
}
