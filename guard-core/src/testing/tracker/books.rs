use std::boxed::Box;
use std::format;
use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;
use std::vec::Vec;

use super::outcome::Outcome;
use super::record::{Close, Moment, Record};
use crate::Failure;
use crate::testing::ledger::uncounted;

/// What all clones of a tracker write into.
pub(super) struct Books {
    clock: Box<dyn Fn() -> Duration + Send + Sync>,
    pages: Mutex<Pages>,
}

#[derive(Default)]
struct Pages {
    records: Vec<Record>,
    /// How many lines have been written so far.
    lines: usize,
    /// The time of the last of them.
    last: Duration,
}

impl Books {
    pub(super) fn new(clock: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Books {
            clock: Box::new(clock),
            pages: Mutex::default(),
        }
    }

    pub(super) fn open(&self, name: Arc<str>, at: &'static Location<'static>) -> usize {
        self.write(at, |pages, line| {
            let opened = pages.number(line);
            pages.records.push(Record::new(name, opened));
            pages.records.len() - 1
        })
    }

    pub(super) fn touch(&self, index: usize, at: &'static Location<'static>) {
        self.write(at, |pages, line| {
            if !pages.records[index].is_open() {
                let moment = pages.number(line);
                pages.records[index].used_after_close.push(moment);
            }
        });
    }

    pub(super) fn fail(
        &self,
        index: usize,
        error: Arc<dyn Failure + Send + Sync>,
        at: &'static Location<'static>,
    ) {
        self.write(at, |pages, line| {
            let moment = pages.number(line);
            pages.records[index].errors.push((moment, error));
        });
    }

    pub(super) fn close(&self, index: usize, outcome: Outcome, at: &'static Location<'static>) {
        self.write(at, |pages, line| pages.close(index, outcome, line));
    }

    /// Closes what nobody has closed so far. That is looked up and written in one go, as another thread
    /// may be about to close it.
    pub(super) fn close_if_open(&self, index: usize, outcome: Outcome) {
        let at = self.read(|records| records[index].opened.at);
        self.write(at, |pages, line| {
            if pages.records[index].is_open() {
                pages.close(index, outcome, line);
            }
        });
    }

    pub(super) fn records(&self) -> Vec<Record> {
        self.read(<[Record]>::to_vec)
    }

    pub(super) fn read<Q>(&self, f: impl FnOnce(&[Record]) -> Q) -> Q {
        f(&self.lock().records)
    }

    /// What the clock says, which has not gone back since the last line.
    pub(super) fn now(&self) -> Duration {
        let time = (self.clock)();
        time.max(self.lock().last)
    }

    fn write<Q>(
        &self,
        at: &'static Location<'static>,
        f: impl FnOnce(&mut Pages, Moment) -> Q,
    ) -> Q {
        uncounted(|| {
            // Before the lock is taken, as the clock may be anything.
            let line = Moment {
                order: 0,
                time: (self.clock)(),
                thread: this_thread(),
                at,
            };
            f(&mut self.lock(), line)
        })
    }

    /// Nothing of a user's runs with the lock held, and so nothing panics.
    fn lock(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pages {
    /// Gives a line its place. Threads come to the lock in another order than to the clock, so that
    /// the time is put right as well.
    fn number(&mut self, mut line: Moment) -> Moment {
        line.order = self.lines;
        line.time = line.time.max(self.last);
        self.lines += 1;
        self.last = line.time;
        line
    }

    fn close(&mut self, index: usize, outcome: Outcome, line: Moment) {
        let moment = self.number(line);
        self.records[index].closes.push(Close { moment, outcome });
    }
}

pub(super) fn this_thread() -> Arc<str> {
    let thread = thread::current();
    match thread.name() {
        Some(name) => name.into(),
        None => format!("{:?}", thread.id()).into(),
    }
}
