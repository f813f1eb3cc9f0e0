//! A scope whose value has no default.

use guard_core::{ExitErrors, ExitStack};
use std::fs::File;

fn open() -> Result<File, ExitErrors> {
    ExitStack::scope(|stack| {
        stack.callback(|| println!("last"));
        File::open("Cargo.toml")
    })
}

fn main() {
    open().unwrap();
}
