//! Where what is measured is written to.

use std::path::{Path, PathBuf};
use std::{env, io};

/// Cargo's target directory, for the processes that are started.
pub(crate) fn target() -> io::Result<PathBuf> {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(target) => std::path::absolute(target),
        None => Ok(Path::new(env!("CARGO_MANIFEST_DIR")).join("../target")),
    }
}
