//! The lent value is returned, too.

use guard_core::{context_manager, yield_point};
use std::{fs::File, io};

#[context_manager]
fn opened(path: &str) -> io::Result<File> {
    let file = File::open(path)?;
    yield_point!(file);
    Ok(file)
}

fn main() {
    opened("Cargo.toml").try_with(|file| file.metadata()).unwrap();
}
