//! The process that was started.

use std::any::Any;
use std::borrow::ToOwned;
use std::boxed::Box;
use std::cell::Cell;
use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::string::String;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread_local;

use super::VARIABLE;
use super::record::{Record, Writer};
use crate::testing::ledger::uncounted;
use crate::testing::message;

thread_local! {
    /// How many calls this thread has come along.
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

/// How many calls the test on this thread has come along, this one not included.
pub(super) fn count_call() -> usize {
    CALLS.replace(CALLS.get() + 1)
}

/// What this process was started for.
#[derive(Debug)]
pub(super) struct Child {
    directory: PathBuf,
    test: String,
    /// The number of the call whose closure is to be called.
    call: usize,
    record: Writer,
    inside: AtomicBool,
}

static THIS: OnceLock<Option<Child>> = OnceLock::new();

impl Child {
    /// `None` in a process that was not started for a call.
    pub(super) fn this() -> Option<&'static Self> {
        THIS.get_or_init(|| uncounted(Child::read)).as_ref()
    }

    fn read() -> Option<Self> {
        let told = env::var(VARIABLE).ok()?;
        let mut parts = told.splitn(4, ':');
        let parent = parts.next()?.parse().ok()?;
        let call = parts.next()?.parse().ok()?;
        let (length, rest) = parts.next()?.parse::<usize>().ok().zip(parts.next())?;
        let (test, directory) = rest.split_at_checked(length)?;
        let directory = PathBuf::from(directory);
        is_started_by(parent, &directory).then_some(())?;
        Some(Child {
            record: Writer::open(&record_in(&directory)).ok()?,
            directory,
            test: test.to_owned(),
            call,
            inside: AtomicBool::new(false),
        })
    }

    /// Whether the closure is being called, be it on another thread.
    pub(super) fn is_inside(&self) -> bool {
        self.inside.load(Ordering::SeqCst)
    }

    /// Whether a thread of this name is the test's. With one thread, some versions of the harness
    /// run the test on the main one.
    pub(super) fn is_test(&self, thread: &str) -> bool {
        thread == self.test || thread == "main"
    }

    /// Whether the call that now comes along is the one that this process is for.
    pub(super) fn is_next(&self) -> bool {
        count_call() == self.call
    }

    /// Calls `f`, and puts on record how it ended. What it returns to panic with is not printed here,
    /// but by the parent.
    pub(super) fn fulfil(&self, f: impl FnOnce() -> Result<(), String>) {
        self.record.write(&Record::Reached);
        self.inside.store(true, Ordering::SeqCst);
        let result = catch_unwind(AssertUnwindSafe(f));
        self.inside.store(false, Ordering::SeqCst);
        let (record, panic) = match result {
            Ok(Ok(())) => (Record::Returned, None),
            Ok(Err(message)) => {
                let payload: Box<dyn Any + Send> = Box::new(message.clone());
                (Record::Panicked(message), Some(payload))
            }
            Err(payload) => (
                Record::Panicked(message(&*payload).to_owned()),
                Some(payload),
            ),
        };
        self.record.write(&record);
        if let Some(payload) = panic {
            resume_unwind(payload);
        }
    }
}

/// What is told to the process of a call, by the one that starts it.
pub(super) fn telling(test: &str, call: usize, directory: &str) -> String {
    let parent = std::process::id();
    std::format!("{parent}:{call}:{}:{test}{directory}", test.len())
}

pub(super) fn record_in(directory: &Path) -> PathBuf {
    directory.join("record")
}

pub(super) fn temp_in(directory: &Path) -> PathBuf {
    directory.join("tmp")
}

/// The environment is handed down to processes that the test starts, which are not meant.
#[cfg(unix)]
fn is_started_by(parent: u32, _: &Path) -> bool {
    std::os::unix::process::parent_id() == parent
}

/// Likewise: where a process does not know its parent, it is the first to come that is meant.
#[cfg(not(unix))]
fn is_started_by(_: u32, directory: &Path) -> bool {
    std::fs::File::create_new(directory.join("claimed")).is_ok()
}

/// Whether this process was started for a call of `isolated`.
pub(in crate::testing) fn in_child() -> bool {
    Child::this().is_some()
}

/// Says what is in progress, for the message that there is if the process dies.
pub(in crate::testing) fn note(text: &str) {
    if let Some(child) = Child::this() {
        uncounted(|| child.record.write(&Record::Note(text.to_owned())));
    }
}

/// The directory for temporary files that was made for this process, if one was.
pub(in crate::testing) fn own_temp_dir() -> Option<PathBuf> {
    let directory = temp_in(&Child::this()?.directory);
    directory.is_dir().then_some(directory)
}
