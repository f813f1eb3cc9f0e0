use std::boxed::Box;
use std::format;
use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;
use std::vec::Vec;

use super::record::{Close, Moment, Outcome, Record};
use crate::Failure;

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
}

impl Books {
    pub(super) fn new(clock: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Books {
            clock: Box::new(clock),
            pages: Mutex::default(),
        }
    }

    pub(super) fn open(&self, name: Arc<str>, at: &'static Location<'static>) -> usize {
        self.write(at, |records, opened| {
            records.push(Record {
                name,
                opened,
                closes: Vec::new(),
                used_after_close: Vec::new(),
                errors: Vec::new(),
            });
            records.len() - 1
        })
    }

    #[track_caller]
    pub(super) fn touch(&self, index: usize) {
        self.write(Location::caller(), |records, moment| {
            let record = &mut records[index];
            if !record.is_open() {
                record.used_after_close.push(moment);
            }
        });
    }

    #[track_caller]
    pub(super) fn fail(&self, index: usize, error: Arc<dyn Failure + Send + Sync>) {
        self.write(Location::caller(), |records, moment| {
            records[index].errors.push((moment, error));
        });
    }

    #[track_caller]
    pub(super) fn close(&self, index: usize, outcome: Outcome) {
        self.write(Location::caller(), |records, moment| {
            records[index].closes.push(Close { moment, outcome });
        });
    }

    pub(super) fn records(&self) -> Vec<Record> {
        self.read(<[Record]>::to_vec)
    }

    pub(super) fn read<Q>(&self, f: impl FnOnce(&[Record]) -> Q) -> Q {
        f(&self.lock().records)
    }

    fn write<Q>(
        &self,
        at: &'static Location<'static>,
        f: impl FnOnce(&mut Vec<Record>, Moment) -> Q,
    ) -> Q {
        // Before the lock is taken, as the clock may be anything.
        let (time, thread) = ((self.clock)(), this_thread());
        let mut pages = self.lock();
        let order = pages.lines;
        pages.lines += 1;
        let moment = Moment {
            order,
            time,
            thread,
            at,
        };
        f(&mut pages.records, moment)
    }

    /// Nothing of a user's runs with the lock held, and so nothing panics.
    fn lock(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn this_thread() -> Arc<str> {
    let thread = thread::current();
    match thread.name() {
        Some(name) => name.into(),
        None => format!("{:?}", thread.id()).into(),
    }
}
