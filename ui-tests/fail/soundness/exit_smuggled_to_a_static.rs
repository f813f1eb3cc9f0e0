use guard_core::{Failure, context_manager, yield_point};
use std::cell::Cell;

thread_local!(static LAST: Cell<Option<&'static dyn Failure>> = const { Cell::new(None) });

#[context_manager]
fn number() -> u32 {
    let exit = yield_point!(1);
    LAST.set(exit.failure());
}

fn main() {}
