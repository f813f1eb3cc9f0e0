//! What the directories and files of `/proc` have in common. Where there is none, they are empty.

use std::fs;
use std::path::Path;
use std::string::String;
use std::vec::Vec;

/// The entries of a directory whose names are numbers.
pub(super) fn numbers(directory: impl AsRef<Path>) -> Vec<u32> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect()
}

/// `None` when it has gone.
pub(super) fn text(path: impl AsRef<Path>) -> Option<String> {
    let bytes = fs::read(path).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
