//! The file system, with errors that say which file.

use std::fs::{self, File};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// Where the bytes of a CSV file come from.
pub(crate) type Source = File;

/// A file to be read, once or several times.
pub(crate) fn source(path: &Path) -> Result<Source, Error> {
    let open = || {
        let file = File::open(path)?;
        // A pipe would be empty when it is read a second time.
        if file.metadata()?.is_file() {
            Ok(file)
        } else {
            Err(io::Error::other("not a regular file"))
        }
    };
    open().map_err(Error::at(path))
}

/// How many bytes a file has.
pub(crate) fn length(path: &Path) -> Result<u64, Error> {
    let length = path.metadata().map(|file| file.len());
    length.map_err(Error::at(path))
}

/// A file of which the contents do not matter yet.
pub(crate) fn open_or_create(path: &Path) -> Result<File, Error> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    options.open(path).map_err(Error::at(path))
}

/// Has this be the contents of a file.
pub(crate) fn overwrite(file: &mut File, path: &Path, text: &str) -> Result<(), Error> {
    let mut overwrite = || {
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(text.as_bytes())
    };
    overwrite().map_err(Error::at(path))
}

pub(crate) fn create(path: &Path) -> Result<File, Error> {
    File::create(path).map_err(Error::at(path))
}

pub(crate) fn create_dir(path: &Path) -> Result<(), Error> {
    fs::create_dir(path).map_err(Error::at(path))
}

pub(crate) fn create_dir_all(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(Error::at(path))
}

/// What is in a directory.
pub(crate) fn entries(dir: &Path) -> Result<Vec<PathBuf>, Error> {
    let path = |entry: io::Result<fs::DirEntry>| entry.map(|entry| entry.path());
    let entries = dir.read_dir().and_then(|read| read.map(path).collect());
    entries.map_err(Error::at(dir))
}

/// As with the commits: the copy is on the disk, or there is an error.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let copy = || {
        fs::copy(from, to)?;
        File::options().write(true).open(to)?.sync_all()
    };
    copy().map_err(Error::at(to))
}

pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    fs::rename(from, to).map_err(Error::at(to))
}

pub(crate) fn remove(file: &Path) -> Result<(), Error> {
    fs::remove_file(file).map_err(Error::at(file))
}

pub(crate) fn remove_if_there(file: &Path) -> Result<(), Error> {
    if_there(fs::remove_file(file)).map_err(Error::at(file))
}

pub(crate) fn remove_all_if_there(dir: &Path) -> Result<(), Error> {
    if_there(fs::remove_dir_all(dir)).map_err(Error::at(dir))
}

pub(crate) fn remove_all_if_possible(dir: &Path) {
    fs::remove_dir_all(dir).ok();
}

fn if_there(removed: io::Result<()>) -> io::Result<()> {
    removed.or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })
}

/// Has the contents of a file outlive a crash of the machine.
pub(crate) fn sync(file: &File, path: &Path) -> Result<(), Error> {
    file.sync_all().map_err(Error::at(path))
}

/// Has the names in a directory outlive a crash of the machine.
#[cfg(unix)]
pub(crate) fn sync_dir(dir: &Path) -> Result<(), Error> {
    let synced = File::open(dir).and_then(|dir| dir.sync_all());
    synced.map_err(Error::at(dir))
}

/// Elsewhere a directory is not a file that could be opened.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
pub(crate) fn sync_dir(_dir: &Path) -> Result<(), Error> {
    Ok(())
}
