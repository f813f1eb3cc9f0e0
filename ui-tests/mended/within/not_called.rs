#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged() -> usize {
    yield_point!(1);
}

#[within(n = logged())]
fn load() -> usize {
    *n
}

fn main() {
    load();
}
