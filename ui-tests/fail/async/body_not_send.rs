//! A body that cannot be sent, where a future is spawned.

use guard_core::{context_manager, yield_point};
use std::future::ready;
use std::rc::Rc;

#[context_manager]
async fn connection(port: u16) -> u16 {
    ready(()).await;
    yield_point!(port);
    ready(()).await;
}

async fn load() {
    let body = async |port: &mut u16| {
        let name = Rc::new(*port);
        ready(()).await;
        println!("{name}");
    };
    connection(1).with(body).await;
}

fn spawn(_: impl Future + Send) {}

fn main() {
    spawn(load());
}
