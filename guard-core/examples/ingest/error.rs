//! What can go wrong, in the words of whoever has to put it right.

use std::path::{Path, PathBuf};
use std::{error, fmt, io};

use guard_core::ExitErrors;

#[derive(Debug)]
pub(crate) enum Error {
    /// Another run has the lock.
    Held { lock: PathBuf, holder: Option<u32> },
    /// A file cannot be opened, read, written, renamed or removed.
    File { path: PathBuf, source: io::Error },
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
    Database {
        path: PathBuf,
        source: rusqlite::Error,
    },
    OtherShards {
        dir: PathBuf,
        there: Vec<u64>,
        asked: u64,
    },
    /// Writing the report failed.
    Report(csv::Error),
    /// In the order in which they happened.
    Several(ExitErrors),
}

impl Error {
    /// For `map_err`: an [`io::Error`] does not say which file it is about.
    pub(crate) fn at(path: &Path) -> impl Fn(io::Error) -> Error {
        move |source| Error::File {
            path: path.to_owned(),
            source,
        }
    }

    /// For `map_err`: nor does a [`rusqlite::Error`] say which database.
    pub(crate) fn in_database(path: &Path) -> impl Fn(rusqlite::Error) -> Error {
        move |source| Error::Database {
            path: path.to_owned(),
            source,
        }
    }
}

/// Prints every single error on a line of its own.
pub(crate) fn print(error: &(dyn error::Error + 'static)) {
    match error.downcast_ref() {
        Some(Error::Several(errors)) => errors.iter().for_each(|error| print(error)),
        _ => eprintln!("ingest: {error}"),
    }
}

impl From<ExitErrors> for Error {
    fn from(errors: ExitErrors) -> Self {
        Error::Several(errors)
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
            Error::Database { path, source } => write!(f, "{}: {source}", path.display()),
            Error::OtherShards { dir, there, asked } => {
                let there: Vec<_> = there.iter().map(u64::to_string).collect();
                let (dir, there) = (dir.display(), there.join(", "));
                write!(
                    f,
                    "{dir} has shards already ({there}), which are not the {asked} asked for"
                )
            }
            Error::Report(source) => write!(f, "the report: {source}"),
            Error::Several(errors) => write!(f, "{errors}"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Error::File { source, .. } => Some(source),
            Error::Database { source, .. } => Some(source),
            Error::Report(source) => Some(source),
            Error::Several(errors) => errors.source(),
            _ => None,
        }
    }
}
