use std::format;
use std::panic::Location;
use std::string::{String, ToString};
use std::vec;
use std::vec::Vec;
use std::{fmt, iter};

use super::super::plain;
use super::books::this_thread;
use super::outcome::Outcome;
use super::record::{Close, Moment, Record};

/// What is wrong with the books. It prints as one line, which names the thread that has opened
/// the resource if it is another than the one that prints it, and the thread of anything else if it is
/// another than that.
///
/// ```
/// use guard_core::testing::{Problem, ResourceTracker};
///
/// let tracker = ResourceTracker::new();
/// tracker.handle("descriptor");
/// let problems = tracker.unbalanced();
/// assert!(matches!(&problems[..], [Problem::NeverClosed(record)] if record.name() == "descriptor"));
/// assert!(problems[0].to_string().starts_with("`descriptor` was never closed (opened at "));
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
    #[non_exhaustive]
    OutOfOrder {
        /// What was closed too early.
        closed: Record,
        /// What should have been closed before: the first of those, in order of opening.
        still_open: Record,
    },
    /// A resource was closed that was not expected in this place, or with another outcome.
    #[non_exhaustive]
    Unexpected {
        /// Which close it is, of all, from 1.
        place: usize,
        /// What was closed.
        record: Record,
        /// When and how.
        close: Close,
        /// What was expected in the place of it, if anything.
        expected: Option<(String, Outcome)>,
    },
    /// A close was expected that did not happen.
    #[non_exhaustive]
    Missing {
        /// Which close it was to be, of all, from 1.
        place: usize,
        /// The name of what was expected to be closed.
        name: String,
        /// The outcome that was expected.
        outcome: Outcome,
    },
}

impl Problem {
    /// The records of the resources that it is about, the one to blame first. There is none for
    /// [`Missing`](Self::Missing).
    ///
    /// ```
    /// use guard_core::testing::ResourceTracker;
    ///
    /// let tracker = ResourceTracker::new();
    /// let (pool, connection) = (tracker.open("pool"), tracker.open("connection"));
    /// drop(pool);
    /// drop(connection);
    /// let problems = tracker.out_of_order();
    /// let [first, second] = problems[0].records()[..] else { panic!() };
    /// assert_eq!((first.name(), second.name()), ("pool", "connection"));
    /// ```
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

    /// What is wrong with the first of the [`records`](Self::records), for the end of its row.
    pub(in crate::testing) fn in_short(&self) -> String {
        match self {
            Problem::NeverClosed(_) => "never closed".into(),
            Problem::ClosedAgain(record) => format!("closed {}", times(record.closes.len())),
            Problem::UsedAfterClose(_) => "used after close".into(),
            Problem::OutOfOrder { still_open, .. } => format!("closed before {}", still_open.name),
            Problem::Unexpected { expected: None, .. } => "not expected".into(),
            Problem::Unexpected {
                expected: Some((name, outcome)),
                record,
                ..
            } if *name == *record.name => format!("expected {outcome}"),
            Problem::Unexpected {
                expected: Some((name, _)),
                ..
            } => format!("expected {name}"),
            Problem::Missing { .. } => "missing".into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::NeverClosed(record) => write!(f, "{} was never closed", name(&record.name)),
            Problem::ClosedAgain(record) => closed_again(f, record),
            Problem::UsedAfterClose(record) => used_after_close(f, record),
            Problem::OutOfOrder { closed, still_open } => out_of_order(f, closed, still_open),
            Problem::Unexpected {
                place,
                record,
                close,
                expected,
            } => unexpected(f, *place, (&record.name, &close.outcome), expected.as_ref()),
            Problem::Missing {
                place,
                name,
                outcome,
            } => write!(
                f,
                "close {place}, {}, is missing",
                expectation(name, outcome)
            ),
        }?;
        match self {
            Problem::OutOfOrder { .. } | Problem::Missing { .. } => Ok(()),
            Problem::NeverClosed(record)
            | Problem::ClosedAgain(record)
            | Problem::UsedAfterClose(record)
            | Problem::Unexpected { record, .. } => write!(f, " ({})", opened(record)),
        }
    }
}

fn closed_again(f: &mut fmt::Formatter<'_>, record: &Record) -> fmt::Result {
    let (name, closes) = (name(&record.name), &record.closes);
    write!(f, "{name} was closed {}", times(closes.len()))?;
    let before = iter::once(": ").chain(iter::repeat(", then "));
    for (before, close) in before.zip(closes).take(3) {
        write!(f, "{before}{}", by_whom(record, &close.moment))?;
    }
    f.write_str(if closes.len() > 3 { ", and so on" } else { "" })
}

fn used_after_close(f: &mut fmt::Formatter<'_>, record: &Record) -> fmt::Result {
    let (name, uses) = (name(&record.name), &record.used_after_close);
    write!(f, "{name} was used ")?;
    if uses.len() > 1 {
        write!(f, "{}, first ", times(uses.len()))?;
    }
    if let (Some(used), Some(close)) = (uses.first(), record.closes.first()) {
        let closed = by_whom(record, &close.moment);
        write!(
            f,
            "{}, after it was closed {closed}",
            place(used, &record.opened.thread)
        )?;
    }
    Ok(())
}

fn out_of_order(f: &mut fmt::Formatter<'_>, closed: &Record, inner: &Record) -> fmt::Result {
    let (outer, name) = (name(&closed.name), name(&inner.name));
    let (closed, inner) = (opened(closed), place(&inner.opened, &closed.opened.thread));
    write!(
        f,
        "{outer} ({closed}) was closed before {name}, which was opened later {inner}"
    )
}

fn unexpected(
    f: &mut fmt::Formatter<'_>,
    place: usize,
    (closed, outcome): (&str, &Outcome),
    expected: Option<&(String, Outcome)>,
) -> fmt::Result {
    let found = expectation(closed, outcome);
    match expected {
        None => write!(f, "close {place}, {found}, was not expected"),
        Some((name, outcome)) => {
            let expected = expectation(name, outcome);
            write!(f, "close {place} is {found}, expected {expected}")
        }
    }
}

fn expectation(closed: &str, outcome: &Outcome) -> String {
    let outcome = plain::one_line(&outcome.to_string());
    format!("{} {}", name(closed), plain::beginning(&outcome, 60))
}

fn name(name: &str) -> String {
    format!("`{}`", plain::beginning(&plain::one_line(name), 40))
}

fn times(count: usize) -> String {
    match count {
        2 => "twice".into(),
        count => format!("{count} times"),
    }
}

fn opened(record: &Record) -> String {
    format!("opened {}", place(&record.opened, &this_thread()))
}

/// A guard closes where nobody has written a call.
fn by_whom(record: &Record, closed: &Moment) -> String {
    let usual = &record.opened.thread;
    if closed.at == record.opened.at {
        return format!("by its guard{}", elsewhere(closed, usual));
    }
    place(closed, usual)
}

fn place(moment: &Moment, usual: &str) -> String {
    format!("at {}{}", line(moment.at), elsewhere(moment, usual))
}

pub(in crate::testing) fn line(at: &Location<'_>) -> String {
    format!("{}:{}", at.file(), at.line())
}

/// The thread, where it is another than the usual one.
fn elsewhere(moment: &Moment, usual: &str) -> String {
    if &*moment.thread == usual {
        return String::new();
    }
    let thread = plain::one_line(&moment.thread);
    format!(" on thread `{}`", plain::beginning(&thread, 40))
}
