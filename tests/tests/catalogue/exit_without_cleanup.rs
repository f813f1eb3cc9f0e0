//! **`process::exit` with guards on the stack.** It ends the process there and then, and nothing is
//! dropped: terminals stay raw, locks stay taken. Met in the error paths of command lines, far from
//! `main`. Found by the process that waited, which says how the other has ended, and with which status.

use std::fs;
use std::io;
use std::process::{self, ExitCode};

use tempfile::TempDir;

fn load(options: &TempDir) -> io::Result<String> {
    fs::read_to_string(options.path().join("missing.toml"))
}

pub(crate) fn buggy() -> ExitCode {
    let scratch = TempDir::new().expect("a directory");
    if let Err(error) = load(&scratch) {
        eprintln!("cannot load the options: {error}");
        process::exit(2);
    }
    ExitCode::SUCCESS
}

pub(crate) fn mended() -> ExitCode {
    let scratch = TempDir::new().expect("a directory");
    match load(&scratch) {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot load the options: {error}");
            ExitCode::from(2)
        }
    }
}
