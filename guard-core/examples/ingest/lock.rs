//! A lock file.
//!
//! The file says who holds it; that it is held is known by an advisory lock of the operating
//! system on it, which ends with its process. A run that was killed leaves the file and no lock,
//! so the next one knows for sure, where a look at the pid alone would be fooled by one that is in
//! use again.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read};
use std::path::Path;
use std::process;

use guard_core::{ExitErrors, context_manager, yield_point};

use crate::disk;
use crate::error::Error;
use crate::journal::Journal;

/// What the holder of a lock is lent.
pub(crate) struct Lock {
    taken_over_from: Option<u32>,
}

impl Lock {
    pub(crate) fn announce(&self) {
        if let Some(pid) = self.taken_over_from {
            eprintln!("ingest: taking over from pid {pid}, which ended without cleaning up");
        }
    }
}

#[context_manager]
pub(crate) fn lock_file(path: &Path, journal: &Journal) -> Result<Lock, Error> {
    let entry = journal.entry("lock file");
    let mut file = acquire(path)?;
    let lock = Lock {
        taken_over_from: read_pid(&mut file),
    };
    sign(&mut file, path)?;
    entry.ended(yield_point!(lock));
    // While it is still locked: afterwards the name might be that of somebody else's lock.
    let removed = disk::remove(path);
    drop(file);
    removed
}

#[allow(clippy::incompatible_msrv, reason = "rusqlite is as new")]
fn acquire(path: &Path) -> Result<File, Error> {
    loop {
        let mut file = disk::open_or_create(path)?;
        match file.try_lock() {
            Ok(()) if is_named(&file, path).map_err(Error::at(path))? => return Ok(file),
            // Its holder removed it after we had opened it: what we have locked is no longer there.
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let (lock, holder) = (path.to_owned(), read_pid(&mut file));
                return Err(Error::Held { lock, holder });
            }
            Err(TryLockError::Error(error)) => return Err(Error::at(path)(error)),
        }
    }
}

/// Whether `path` is still the name of `file`.
#[cfg(unix)]
fn is_named(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let file = file.metadata()?;
    match fs::metadata(path) {
        Ok(named) => Ok((named.dev(), named.ino()) == (file.dev(), file.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Elsewhere std has no identity of files, so that the race with a removal remains.
#[cfg(not(unix))]
fn is_named(_file: &File, path: &Path) -> io::Result<bool> {
    path.try_exists()
}

/// Writes our pid. A lock that cannot be signed is given back.
fn sign(file: &mut File, path: &Path) -> Result<(), Error> {
    let signed = disk::overwrite(file, path, &format!("{}\n", process::id()));
    if signed.is_ok() {
        return Ok(());
    }
    Ok(ExitErrors::of([signed, disk::remove(path)])?)
}

/// That of a holder who is gone, if there was one.
fn read_pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(20).read_to_string(&mut text).ok()?;
    text.trim_end().parse().ok()
}
