#![deny(warnings)]

use guard_core::ExitStack;
use std::collections::BTreeSet;

fn main() {
    let mut names = BTreeSet::new();
    let stack = ExitStack::new();
    stack.callback(|| {
        names.insert("a");
    });
    stack.close().unwrap();
}
