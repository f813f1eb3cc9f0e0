//! A scope whose error is no `Error`.

use guard_core::ExitStack;

#[derive(Debug)]
struct Full;

fn main() {
    let filled = ExitStack::scope(|stack| {
        stack.callback(|| println!("last"));
        Err::<(), _>(Full)
    });
    assert!(filled.is_err());
}
