//! A future that cannot be sent, for what its context holds.

use guard_core::{context_manager, within, yield_point};
use std::rc::Rc;

#[context_manager]
fn shared(name: Rc<str>) -> usize {
    let len = name.len();
    yield_point!(len);
    println!("{name}");
}

#[within(n = shared("a".into()))]
async fn load() -> usize {
    std::future::ready(*n).await
}

fn spawn(_: impl Future + Send) {}

fn main() {
    spawn(load());
}
