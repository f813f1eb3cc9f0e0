#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[context_manager(finish_on = |half| drop(half))]
async fn connection(port: u16) -> u16 {
    yield_point!(port);
}

fn main() {
    drop(connection(1));
}
