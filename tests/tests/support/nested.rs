//! The workspaces of their own under `tests`, which other features or profiles ask for.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Where that of `tests/name` is built.
pub(crate) fn target(name: &str) -> PathBuf {
    let target =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    std::path::absolute(target).expect("a folder").join(name)
}

/// `cargo command`, in that of `tests/name`.
pub(crate) fn cargo(command: &str, name: &str) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args([command, "--locked", "--manifest-path"])
        .arg(root().join("tests").join(name).join("Cargo.toml"))
        // Flags of the run that tests, such as a sanitizer's, are not for it.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    cargo
}
