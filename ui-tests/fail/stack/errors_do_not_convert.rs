//! `?` on errors that the function cannot return.

use guard_core::ExitStack;
use std::io;

fn remove() -> io::Result<()> {
    let stack = ExitStack::new();
    stack.try_callback(|| std::fs::remove_file("a file that is not there"));
    stack.close()?;
    Ok(())
}

fn main() {
    assert!(remove().is_err());
}
