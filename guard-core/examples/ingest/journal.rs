//! What was entered and exited, when, and how.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use guard_core::{Exit, context_manager, yield_point};

pub(crate) struct Journal {
    start: Instant,
    records: RefCell<Vec<Record>>,
    depth: Cell<usize>,
}

struct Record {
    what: String,
    depth: usize,
    entered: Duration,
    exited: Option<Duration>,
    how: String,
}

/// A journal that is printed in the end, whatever comes in between.
#[context_manager]
pub(crate) fn printed() -> Journal {
    let journal = Journal::start();
    let printed = match yield_point!(journal) {
        Exit::Completed => write!(io::stdout(), "\n{journal}"),
        _ => writeln!(io::stderr(), "{journal}"),
    };
    // Nobody is listening, which is no reason to fail.
    printed.ok();
}

impl Journal {
    fn start() -> Self {
        Journal {
            start: Instant::now(),
            records: RefCell::default(),
            depth: Cell::default(),
        }
    }

    /// Times a phase of the work.
    #[context_manager]
    pub(crate) fn phase(&self, name: &str) {
        let entry = self.entry(name);
        entry.ended(yield_point!());
    }

    /// For the first line of a context manager: as its first local it is the last to be dropped,
    /// so that the time of exit is that of the whole exit half.
    pub(crate) fn entry(&self, what: impl Into<String>) -> Entry<'_> {
        let mut records = self.records.borrow_mut();
        records.push(Record {
            what: what.into(),
            depth: self.depth.get(),
            entered: self.start.elapsed(),
            exited: None,
            how: "not entered".to_owned(),
        });
        self.depth.set(self.depth.get() + 1);
        Entry {
            journal: self,
            index: records.len() - 1,
        }
    }
}

/// A line of the journal that is still open.
pub(crate) struct Entry<'j> {
    journal: &'j Journal,
    index: usize,
}

impl Entry<'_> {
    pub(crate) fn ended(&self, exit: Exit<'_>) {
        self.journal.records.borrow_mut()[self.index].how = exit.to_string();
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        let journal = self.journal;
        journal.records.borrow_mut()[self.index].exited = Some(journal.start.elapsed());
        journal.depth.set(journal.depth.get() - 1);
    }
}

impl fmt::Display for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let records = self.records.borrow();
        let width = records.iter().map(Record::width).max().unwrap_or(4);
        let [what, entered, exited] = ["what", "entered", "exited"];
        writeln!(f, "{what:width$}  {entered:>12}  {exited:>12}  how")?;
        for record in records.iter() {
            let what = format!("{:indent$}{}", "", record.what, indent = record.indent());
            let [entered, exited] = [Some(record.entered), record.exited].map(millis);
            let how = &record.how;
            writeln!(f, "{what:width$}  {entered:>12}  {exited:>12}  {how}")?;
        }
        Ok(())
    }
}

impl Record {
    fn indent(&self) -> usize {
        2 * self.depth
    }

    fn width(&self) -> usize {
        self.indent() + self.what.chars().count()
    }
}

fn millis(time: Option<Duration>) -> String {
    time.map_or_else(String::new, |time| {
        format!("{:.3} ms", time.as_secs_f64() * 1e3)
    })
}
