#![deny(warnings)]

use guard_core::{context_manager, within, yield_point};

#[context_manager]
fn logged(name: &str) -> usize {
    yield_point!(name.len());
}

#[within(logged(&name.clone()))]
fn load(name: String) -> usize {
    drop(name);
    1
}

fn main() {
    assert_eq!(load("a".to_owned()), 1);
}
