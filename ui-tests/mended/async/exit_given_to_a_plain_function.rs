#![deny(warnings)]

use guard_core::{Exit, context_manager, yield_point};

fn log(exit: Exit<'_>) {
    println!("{exit}");
}

#[context_manager]
async fn session() {
    let exit = yield_point!();
    log(exit.into());
}

fn main() {
    drop(session());
}
