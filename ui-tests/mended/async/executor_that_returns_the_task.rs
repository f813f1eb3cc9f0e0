#![deny(warnings)]

use guard_core::{context_manager, yield_point};

#[must_use = "a task that is dropped is cancelled"]
struct Task;

impl Task {
    fn detach(self) {}
}

fn spawn(_: impl Future + Send + 'static) -> Task {
    Task
}

#[context_manager]
async fn session() {
    yield_point!();
}

fn main() {
    drop(session().finish_on(|half| spawn(half).detach()));
}
