#![deny(warnings)]

use guard_core::{ExitErrors, ExitStack};
use std::fs::File;

fn open() -> Result<Option<File>, ExitErrors> {
    ExitStack::scope(|stack| {
        stack.callback(|| println!("last"));
        File::open("Cargo.toml").map(Some)
    })
}

fn main() {
    open().unwrap();
}
