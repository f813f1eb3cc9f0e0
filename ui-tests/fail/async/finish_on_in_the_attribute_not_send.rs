//! `finish_on` on a function that holds what cannot be sent.

use guard_core::{ExitHalf, context_manager, yield_point};
use std::rc::Rc;

fn later(_: ExitHalf) {}

#[context_manager(finish_on = later)]
async fn shared(name: Rc<str>) -> usize {
    let len = name.len();
    yield_point!(len);
    println!("{name}");
}

fn main() {
    drop(shared("a".into()));
}
