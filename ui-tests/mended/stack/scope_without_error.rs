#![deny(warnings)]

use guard_core::{ExitErrors, ExitStack};

fn main() {
    let filled = ExitStack::scope(|stack| {
        stack.callback(|| println!("last"));
        Ok::<_, ExitErrors>(stack.len())
    });
    assert_eq!(filled.unwrap(), 1);
}
