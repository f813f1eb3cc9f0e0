//! An executor that is none, in the attribute.

use guard_core::{context_manager, yield_point};
use std::future::ready;

#[context_manager(finish_on = "a thread")]
async fn connection(port: u16) -> u16 {
    ready(()).await;
    yield_point!(port);
    ready(()).await;
}

fn main() {
    drop(connection(1));
}
