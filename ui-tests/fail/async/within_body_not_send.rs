//! A body that cannot be sent, within an async context.

use guard_core::{context_manager, within, yield_point};
use std::future::ready;
use std::rc::Rc;

#[context_manager]
async fn connection(port: u16) -> u16 {
    ready(()).await;
    yield_point!(port);
    ready(()).await;
}

#[within(port = connection(1))]
async fn load() {
    let name = Rc::new(*port);
    ready(()).await;
    println!("{name}");
}

fn spawn(_: impl Future + Send) {}

fn main() {
    spawn(load());
}
