//! The books as a picture.

mod bar;
mod row;
mod selection;
mod svg;
mod text;
mod times;

use std::fs;
use std::io;
use std::path::Path;
use std::string::String;
use std::time::Duration;
use std::vec::Vec;

use super::tracker::{Problem, Record};

/// The books of a [`ResourceTracker`](super::ResourceTracker) as a picture: one row per resource in the
/// order in which they were opened, each with a bar from its opening to its close.
///
/// From left to right goes the order of events, not time, so that what lasts for an hour hides
/// nothing that takes a microsecond; how long each was held stands beside its bar.
///
/// It prints as text of at most 80 columns. Of hundreds of resources it shows those that are
/// [marked](Self::marking) and their neighbours.
///
/// ```
/// use guard_core::testing::ResourceTracker;
/// use std::time::Duration;
///
/// let tracker = ResourceTracker::with_clock(|| Duration::ZERO);
/// let lock = tracker.handle("lock");
/// drop(tracker.open("file"));
/// let timeline = tracker.timeline().marking(&tracker.unbalanced());
/// println!("{timeline}");
/// # let text = timeline.to_string();
/// # assert!(text.lines().any(|row| row.starts_with("✗ lock") && row.ends_with("never closed")));
/// # assert!(text.lines().any(|row| row.starts_with("  file") && row.ends_with("Dropped")));
/// ```
///
/// ```text
///   resource  events in order                                    held  outcome
/// ✗ lock      ┣━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━▶  > 0 ns  never closed
///   file                            ┣━━━━━━━━━━━━━━━━━━━━━━━━┫     0 ns  Dropped
/// ```
#[derive(Clone, Debug)]
pub struct Timeline {
    records: Vec<Record>,
    now: Duration,
    problems: Vec<Problem>,
}

impl Timeline {
    pub(super) fn new(records: Vec<Record>, now: Duration) -> Self {
        Timeline {
            records,
            now,
            problems: Vec::new(),
        }
    }

    /// Marks the rows of the resources that the problems are about, and says there what is wrong, in
    /// addition to what is marked already. Problems of another tracker are left aside.
    ///
    /// ```
    /// use guard_core::testing::ResourceTracker;
    ///
    /// let tracker = ResourceTracker::new();
    /// let (pool, connection) = (tracker.open("pool"), tracker.open("connection"));
    /// drop(pool);
    /// drop(connection);
    /// println!("{}", tracker.timeline().marking(&tracker.out_of_order()));
    /// ```
    #[must_use]
    pub fn marking(mut self, problems: &[Problem]) -> Self {
        self.problems.extend_from_slice(problems);
        self
    }

    /// As an SVG document that needs nothing else, for light and dark pages. The rows show where, when
    /// and on which thread when the pointer rests on them.
    ///
    /// ```
    /// use guard_core::testing::ResourceTracker;
    ///
    /// let tracker = ResourceTracker::new();
    /// drop(tracker.open("a < b"));
    /// assert!(tracker.timeline().to_svg().contains("a &lt; b"));
    /// ```
    #[must_use]
    pub fn to_svg(&self) -> String {
        svg::document(self)
    }

    /// Writes [`to_svg`](Self::to_svg) into a file, in the place of what is there.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::ResourceTracker;
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("timeline.svg");
    /// let tracker = ResourceTracker::new();
    /// drop(tracker.open("file"));
    /// tracker.timeline().write_svg(&path)?;
    /// assert!(std::fs::read_to_string(&path)?.starts_with("<svg"));
    /// # std::io::Result::Ok(())
    /// ```
    pub fn write_svg(&self, path: impl AsRef<Path>) -> io::Result<()> {
        fs::write(path, self.to_svg())
    }
}
