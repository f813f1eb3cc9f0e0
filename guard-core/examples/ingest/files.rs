//! A directory to work in, and files and directories that appear only when they are complete.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use guard_core::{ExitErrors, context_manager, yield_point};

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
    fs::create_dir_all(dir).map_err(Error::at(dir))?;
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
    let file = File::create(&part).map_err(Error::at(&part))?;
    let exit = yield_point!(file);
    entry.ended(exit);
    let renamed = if exit.is_completed() {
        // Or else the name might outlive a crash of the machine and the contents not.
        let synced = file.sync_all().map_err(Error::at(&part));
        synced.and_then(|()| fs::rename(&part, path).map_err(Error::at(path)))
    } else {
        Ok(())
    };
    if exit.is_completed() && renamed.is_ok() {
        return Ok(());
    }
    let removed = fs::remove_file(&part).map_err(Error::at(&part));
    Ok(ExitErrors::of([renamed, removed])?)
}

/// A directory that appears under its name, which nothing has yet, when the body has completed.
#[context_manager]
pub(crate) fn appearing(path: &Path) -> Result<PathBuf, Error> {
    let part = with_suffix(path, ".part");
    fs::create_dir(&part).map_err(Error::at(&part))?;
    if yield_point!(part.clone()).is_completed() {
        sync_dir(&part).map_err(Error::at(&part))?;
        fs::rename(&part, path).map_err(Error::at(path))?;
        let parent = path.parent().unwrap_or(path);
        sync_dir(parent).map_err(Error::at(parent))
    } else {
        fs::remove_dir_all(&part).map_err(Error::at(&part))
    }
}

/// Has the names in a directory outlive a crash of the machine.
#[cfg(unix)]
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Elsewhere a directory is not a file that could be opened.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
pub(crate) fn sync_dir(_dir: &Path) -> io::Result<()> {
    Ok(())
}

pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
