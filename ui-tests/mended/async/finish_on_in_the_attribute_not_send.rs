#![deny(warnings)]

use guard_core::{ExitHalf, context_manager, yield_point};
use std::sync::Arc;

fn later(_: ExitHalf) {}

#[context_manager(finish_on = later)]
async fn shared(name: Arc<str>) -> usize {
    let len = name.len();
    yield_point!(len);
    println!("{name}");
}

fn main() {
    drop(shared("a".into()));
}
