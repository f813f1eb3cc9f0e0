//! What can go wrong, in the words of whoever has to put it right.

use std::path::{Path, PathBuf};
use std::{error, fmt, io};

#[derive(Debug)]
pub(crate) enum Error {
    /// Another run has the lock.
    Held {
        lock: PathBuf,
        holder: Option<u32>,
    },
    /// A file cannot be opened, read, written, renamed or removed.
    File {
        path: PathBuf,
        source: io::Error,
    },
    Malformed {
        path: PathBuf,
        line: u64,
        what: String,
    },
    SameTable {
        name: String,
        first: PathBuf,
        second: PathBuf,
    },
    Database(rusqlite::Error),
    /// Writing the report failed.
    Report(csv::Error),
}

impl Error {
    /// For `map_err`: an [`io::Error`] does not say which file it is about.
    pub(crate) fn at(path: &Path) -> impl Fn(io::Error) -> Error {
        move |source| Error::File {
            path: path.to_owned(),
            source,
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(source: rusqlite::Error) -> Self {
        Error::Database(source)
    }
}

impl From<csv::Error> for Error {
    fn from(source: csv::Error) -> Self {
        Error::Report(source)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Held { lock, holder } => {
                match holder {
                    Some(pid) => write!(f, "another run has the lock: pid {pid}")?,
                    None => write!(f, "another run has the lock: one that is just starting")?,
                }
                write!(f, " ({})", lock.display())
            }
            Error::File { path, source } => write!(f, "{}: {source}", path.display()),
            Error::Malformed { path, line, what } => {
                write!(f, "{}:{line}: {what}", path.display())
            }
            Error::SameTable {
                name,
                first,
                second,
            } => {
                let (first, second) = (first.display(), second.display());
                write!(f, "{first} and {second} would both be the table `{name}`")
            }
            Error::Database(source) => write!(f, "the database: {source}"),
            Error::Report(source) => write!(f, "the report: {source}"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Error::File { source, .. } => Some(source),
            Error::Database(source) => Some(source),
            Error::Report(source) => Some(source),
            _ => None,
        }
    }
}
