use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::vec::Vec;

use super::Leak;

/// The directories, and all that is below each.
#[derive(Debug)]
pub(super) struct Files(Vec<(PathBuf, BTreeSet<PathBuf>)>);

pub(super) fn now(directories: &[PathBuf]) -> Files {
    let all = directories.iter().map(|directory| {
        let mut files = BTreeSet::new();
        // Whoever changes the current directory meanwhile does not change which one is meant.
        let directory = std::path::absolute(directory).unwrap_or_else(|_| directory.clone());
        walk(&directory, &mut |path| files.insert(path));
        (directory, files)
    });
    Files(all.collect())
}

/// Calls `visit` with all that is below a directory, and goes into those for which it is true.
fn walk(directory: &Path, visit: &mut dyn FnMut(PathBuf) -> bool) {
    let mut waiting = Vec::from([directory.to_path_buf()]);
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            let enters = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if visit(entry.path()) && enters {
                waiting.push(entry.path());
            }
        }
    }
}

/// Of a new directory that and no more is reported.
pub(super) fn leaked(before: &Files) -> Vec<Leak> {
    let mut new = BTreeSet::new();
    for (directory, files) in &before.0 {
        walk(directory, &mut |path| {
            files.contains(&path) || {
                // A directory that is looked at twice is new once.
                new.insert(path);
                false
            }
        });
    }
    new.into_iter().map(leak).collect()
}

fn leak(path: PathBuf) -> Leak {
    let is_directory = path.is_dir() && !path.is_symlink();
    let files = is_directory.then(|| {
        let mut count = 0;
        walk(&path, &mut |_| {
            count += 1;
            true
        });
        count
    });
    Leak::File { path, files }
}
