//! What an async exit half is told, given to a function of another.

use guard_core::{Exit, context_manager, yield_point};

fn log(exit: Exit<'_>) {
    println!("{exit}");
}

#[context_manager]
async fn session() {
    let exit = yield_point!();
    log(exit);
}

fn main() {
    drop(session());
}
