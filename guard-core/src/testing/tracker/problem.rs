use std::fmt;
use std::string::String;
use std::vec;
use std::vec::Vec;

use super::books::this_thread;
use super::outcome::Outcome;
use super::record::{Close, Moment, Record};

/// What is wrong with the books. It prints as one line.
///
/// ```
/// use guard_core::testing::{Problem, ResourceTracker};
///
/// let tracker = ResourceTracker::new();
/// tracker.handle("descriptor");
/// let problems = tracker.unbalanced();
/// assert!(matches!(&problems[..], [Problem::NeverClosed(record)] if record.name() == "descriptor"));
/// assert!(problems[0].to_string().starts_with("`descriptor` was never closed"));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Problem {
    /// The resource is open still.
    NeverClosed(Record),
    /// The resource was closed more than once.
    ClosedAgain(Record),
    /// The resource was used after it had been closed.
    UsedAfterClose(Record),
    /// One resource was closed while another that had been opened after it was open still.
    OutOfOrder {
        /// What was closed too early.
        closed: Record,
        /// What should have been closed before: the first of those, in order of opening.
        still_open: Record,
    },
    /// A resource was closed that was not expected in this place, or with another outcome.
    Unexpected {
        /// What was closed.
        record: Record,
        /// Which of its closes it is.
        close: Close,
        /// What was expected in the place of it, if anything.
        expected: Option<(String, Outcome)>,
    },
    /// A close was expected behind the last one that there is.
    Missing {
        /// The name of what was expected to be closed.
        name: String,
        /// The outcome that was expected.
        outcome: Outcome,
    },
}

impl Problem {
    /// The records of the resources that it is about, the one to blame first. There is none for
    /// [`Missing`](Self::Missing).
    #[must_use]
    pub fn records(&self) -> Vec<&Record> {
        match self {
            Problem::NeverClosed(record)
            | Problem::ClosedAgain(record)
            | Problem::UsedAfterClose(record)
            | Problem::Unexpected { record, .. } => vec![record],
            Problem::OutOfOrder { closed, still_open } => vec![closed, still_open],
            Problem::Missing { .. } => Vec::new(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let here = this_thread();
        match self {
            Problem::NeverClosed(record) => write!(f, "`{}` was never closed", record.name()),
            Problem::ClosedAgain(record) => write!(f, "`{}` was closed again", record.name()),
            Problem::UsedAfterClose(record) => write!(f, "`{}` was used", record.name()),
            Problem::OutOfOrder { closed, still_open } => {
                write!(f, "`{}` before `{}`", closed.name(), still_open.name())
            }
            Problem::Unexpected { record, .. } => write!(f, "`{}`", record.name()),
            Problem::Missing { name, outcome } => write!(f, "`{name}` {outcome}"),
        }?;
        let _: Option<&Moment> = None;
        let _ = here;
        Ok(())
    }
}
