#![deny(warnings)]

use guard_core::ExitStack;

fn main() {
    let mut outer = ExitStack::new();
    let inner = outer.inner();
    inner.callback(|| println!("inner"));
    inner.close().unwrap();
    outer.callback(|| println!("outer"));
    outer.close().unwrap();
}
