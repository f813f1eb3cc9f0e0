#![deny(warnings)]

use guard_core::{AsyncGuard, context_manager, yield_point};
use std::rc::Rc;

#[context_manager]
async fn shared(name: Rc<str>) -> usize {
    let len = name.len();
    yield_point!(len);
    println!("{name}");
}

async fn load() {
    let guard = shared("a".into()).enter_local().await;
    AsyncGuard::exit(guard).await;
}

fn main() {
    drop(load());
}
