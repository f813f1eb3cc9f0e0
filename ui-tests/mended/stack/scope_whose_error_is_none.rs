#![deny(warnings)]

use guard_core::ExitStack;

#[derive(Debug)]
struct Full;

fn main() {
    let filled = ExitStack::scope(|stack| {
        stack.callback(|| println!("last"));
        Err::<(), _>(Full).map_err(|full| format!("{full:?}"))
    });
    assert!(filled.is_err());
}
