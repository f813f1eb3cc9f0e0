//! A directory to work in, and files and directories that appear only when they are complete.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};

use guard_core::{ExitErrors, context_manager, yield_point};

use crate::disk;
use crate::error::Error;
use crate::journal::Journal;

/// The given directory, made if there is none, or a temporary one, which is removed on exit.
#[context_manager]
pub(crate) fn work_dir(given: Option<&Path>, journal: &Journal) -> Result<PathBuf, Error> {
    let Some(dir) = given else {
        let entry = journal.entry("temporary directory");
        let temp = tempfile::tempdir().map_err(Error::at(&std::env::temp_dir()))?;
        let path = temp.path().to_owned();
        entry.ended(yield_point!(path));
        return temp.close().map_err(Error::at(&path));
    };
    let entry = journal.entry("directory");
    disk::create_dir_all(dir)?;
    entry.ended(yield_point!(dir.to_owned()));
    Ok(())
}

/// A file that appears under its name when the body has completed, and is removed otherwise.
///
/// Whoever holds the lock is alone with the name of the part, so that what a killed run has left
/// is overwritten here.
#[context_manager]
pub(crate) fn replacing(path: &Path, journal: &Journal) -> Result<File, Error> {
    let entry = journal.entry("report file");
    let part = with_suffix(path, ".part");
    let file = disk::create(&part)?;
    let exit = yield_point!(file);
    entry.ended(exit);
    let renamed = if exit.is_completed() {
        // Or else the name might outlive a crash of the machine and the contents not.
        disk::sync(&file, &part).and_then(|()| disk::rename(&part, path))
    } else {
        Ok(())
    };
    if exit.is_completed() && renamed.is_ok() {
        return Ok(());
    }
    Ok(ExitErrors::of([renamed, disk::remove(&part)])?)
}

/// A directory that appears under its name, which nothing has yet, when the body has completed.
#[context_manager]
pub(crate) fn appearing(path: &Path) -> Result<PathBuf, Error> {
    let part = with_suffix(path, ".part");
    disk::create_dir(&part)?;
    let exit = yield_point!(part.clone());
    let appeared = if exit.is_completed() {
        appear(&part, path)
    } else {
        Ok(())
    };
    if exit.is_completed() && appeared.is_ok() {
        return Ok(());
    }
    let removed = [&*part, path].map(disk::remove_all_if_there);
    Ok(ExitErrors::of([appeared].into_iter().chain(removed))?)
}

fn appear(part: &Path, path: &Path) -> Result<(), Error> {
    disk::sync_dir(part)?;
    disk::rename(part, path)?;
    disk::sync_dir(path.parent().unwrap_or(path))
}

pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
