//! A local async guard that is sent to a thread.

use guard_core::{AsyncGuard, context_manager, yield_point};
use std::rc::Rc;

#[context_manager]
async fn shared(name: Rc<str>) -> usize {
    let len = name.len();
    yield_point!(len);
    println!("{name}");
}

fn spawn(_: impl Future + Send) {}

async fn load() {
    let guard = shared("a".into()).enter_local().await;
    spawn(async move { AsyncGuard::exit(guard).await });
}

fn main() {
    drop(load());
}
