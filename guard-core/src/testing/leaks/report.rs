use core::fmt::{self, Write as _};
use core::slice;
use std::path::{Path, PathBuf};
use std::string::{String, ToString};
use std::vec::Vec;

use crate::testing::ledger::Uncounted;

/// The columns of a report.
const COLUMNS: usize = 80;

/// What was left behind.
///
/// It prints as a line for each, of no more than 80 columns, under one that counts them. Longer
/// ones are shortened in the middle; a [`Leak`] has all of it.
///
/// # Examples
///
/// ```
/// use guard_core::testing::LeakCheck;
///
/// let dir = tempfile::tempdir()?;
/// let watch = LeakCheck::new().files_in(dir.path()).start();
/// std::fs::write(dir.path().join("lock"), "")?;
///
/// let leaks = watch.finish();
/// assert!(leaks.to_string().starts_with("1 leak\n  file "));
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
#[must_use = "leaks are there to be looked at"]
pub struct Leaks(Uncounted<Vec<Leak>>);

impl Leaks {
    pub(super) fn of<I: IntoIterator<Item = Leak>>(find: impl FnOnce() -> I) -> Self {
        Leaks(Uncounted::make(|| find().into_iter().collect()))
    }

    fn all(&self) -> &[Leak] {
        self.0.get().map_or(&[], Vec::as_slice)
    }

    /// Whether nothing was left behind.
    ///
    /// # Examples
    ///
    /// ```
    /// let watch = guard_core::testing::LeakCheck::default().start();
    /// assert!(watch.finish().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all().is_empty()
    }

    /// How many things were left behind. The memory of a thread is one.
    ///
    /// # Examples
    ///
    /// ```
    /// let watch = guard_core::testing::LeakCheck::default().start();
    /// assert_eq!(watch.finish().len(), 0);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.all().len()
    }

    /// Goes through them: descriptors, threads, children, files, memory.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::{Leak, LeakCheck};
    ///
    /// let leaks = LeakCheck::default().start().finish();
    /// assert!(!leaks.iter().any(|leak| matches!(leak, Leak::Thread { .. })));
    /// ```
    pub fn iter(&self) -> slice::Iter<'_, Leak> {
        self.all().iter()
    }
}

impl<'a> IntoIterator for &'a Leaks {
    type Item = &'a Leak;
    type IntoIter = slice::Iter<'a, Leak>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Leaks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&counted(self.len(), "leak"))?;
        for leak in self {
            let line = std::format!("  {leak}");
            write!(f, "\n{}", shortened(&line, COLUMNS))?;
        }
        Ok(())
    }
}

/// Something that was left behind.
///
/// It prints as one line.
///
/// # Examples
///
/// ```
/// use guard_core::testing::{Leak, LeakCheck};
///
/// let dir = tempfile::tempdir()?;
/// let watch = LeakCheck::new().files_in(dir.path()).start();
/// std::fs::create_dir(dir.path().join("cache"))?;
/// std::fs::write(dir.path().join("cache/1"), "")?;
///
/// let leaks = watch.finish();
/// let cache = dir.path().join("cache");
/// assert!(matches!(leaks.iter().next(), Some(Leak::File { path, files: Some(1), .. }) if *path == cache));
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Leak {
    /// An open descriptor of this process.
    #[non_exhaustive]
    Descriptor {
        /// Its number.
        number: u32,
        /// The file's path, the socket's addresses, or whatever else the system calls it.
        target: String,
    },
    /// A thread of this process.
    #[non_exhaustive]
    Thread {
        /// The number that the system knows it by.
        id: u32,
        /// Its name, or the beginning of it.
        name: String,
    },
    /// A child process.
    #[non_exhaustive]
    Child {
        /// The number of the process.
        id: u32,
        /// The program and its arguments. Of one that has ended, the name alone is known.
        command: String,
        /// Whether it runs.
        state: ChildState,
    },
    /// A descriptor that is open in a child process.
    #[non_exhaustive]
    Inherited {
        /// The number of the process.
        id: u32,
        /// The program and its arguments.
        command: String,
        /// The descriptor's number there.
        number: u32,
        /// What it points to.
        target: String,
    },
    /// A file, or a directory with all that is in it.
    #[non_exhaustive]
    File {
        /// Where it is.
        path: PathBuf,
        /// How many files and directories are in it. `None` of what is no directory.
        files: Option<usize>,
    },
    /// Memory that this thread has allocated and not freed.
    #[non_exhaustive]
    Allocations {
        /// How many blocks there are.
        blocks: usize,
        /// How many bytes they have together.
        bytes: usize,
        /// The sizes in bytes, the least first, each with the number of such blocks.
        sizes: Vec<(usize, usize)>,
    },
}

/// What a child process that was left behind is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChildState {
    /// It runs, or could.
    Running,
    /// It has ended, and was never waited for.
    Ended,
}

impl fmt::Display for ChildState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ChildState::Running => "running",
            ChildState::Ended => "has ended and was never waited for",
        })
    }
}

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Leak::Descriptor { number, target } => {
                write!(f, "descriptor {number} -> {}", OneLine(target))
            }
            Leak::Thread { id, name } => write!(f, "thread {id} `{}`", OneLine(name)),
            Leak::Child { id, command, state } => {
                write!(f, "child {id} `{}`, {state}", OneLine(command))
            }
            Leak::Inherited {
                id,
                command,
                number,
                target,
            } => {
                let (command, target) = (OneLine(command), OneLine(target));
                write!(
                    f,
                    "descriptor {number} of child {id} `{command}` -> {target}"
                )
            }
            Leak::File { path, files } => file(f, path, *files),
            Leak::Allocations { bytes, sizes, .. } => memory(f, *bytes, sizes),
        }
    }
}

fn file(f: &mut fmt::Formatter<'_>, path: &Path, files: Option<usize>) -> fmt::Result {
    let path = path.to_string_lossy();
    match files {
        None => write!(f, "file {}", OneLine(&path)),
        Some(0) => write!(f, "empty directory {}", OneLine(&path)),
        Some(files) => {
            let files = counted(files, "file");
            write!(f, "directory {} with {files}", OneLine(&path))
        }
    }
}

fn memory(f: &mut fmt::Formatter<'_>, bytes: usize, sizes: &[(usize, usize)]) -> fmt::Result {
    let groups = sizes.iter().map(|(size, count)| {
        std::format!("{} of {}", counted(*count, "block"), counted(*size, "byte"))
    });
    let groups: Vec<String> = groups.collect();
    f.write_str(&groups.join(", "))?;
    match sizes {
        [(_, 1)] => Ok(()),
        _ => write!(f, ": {} of memory", counted(bytes, "byte")),
    }
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    std::format!("{count} {what}{plural}")
}

/// A text in which a line break is no line break.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if c.is_control() {
                write!(f, "{}", c.escape_default())?;
            } else {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

/// Leaves out the middle of what is too long: paths differ at their ends.
fn shortened(line: &str, columns: usize) -> String {
    let chars: Vec<char> = line.chars().collect();
    let Some(excess) = chars
        .len()
        .checked_sub(columns)
        .filter(|excess| *excess > 0)
    else {
        return line.to_string();
    };
    let from = columns / 2;
    let head = chars[..from].iter();
    head.chain(&['…'])
        .chain(&chars[from + excess + 1..])
        .collect()
}
