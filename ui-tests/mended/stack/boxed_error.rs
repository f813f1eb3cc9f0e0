#![deny(warnings)]

use guard_core::{ExitErrors, ExitStack};
use std::error::Error;

fn parse(text: &str) -> Result<u32, ExitErrors> {
    ExitStack::scope(|stack| -> Result<u32, Box<dyn Error + Send + Sync>> {
        stack.callback(|| println!("last"));
        Ok(text.parse()?)
    })
}

fn main() {
    assert!(parse("seven").is_err());
}
