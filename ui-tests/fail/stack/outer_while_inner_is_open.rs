//! Pushing to an outer stack while an inner one is open.

use guard_core::ExitStack;

fn main() {
    let mut outer = ExitStack::new();
    let inner = outer.inner();
    inner.callback(|| println!("inner"));
    outer.callback(|| println!("outer"));
    inner.close().unwrap();
    outer.close().unwrap();
}
