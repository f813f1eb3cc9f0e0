use std::fmt;
use std::ops::Deref;
use std::panic::Location;
use std::sync::Arc;
use std::thread;

use super::books::Books;
use super::outcome::Outcome;
use super::record::Record;
use crate::testing::ledger::uncounted;
use crate::{AsyncFailure, Exit};

/// One resource in the books of a [`ResourceTracker`](super::ResourceTracker), to write what becomes
/// of it. Clones stand for the same resource; dropping them closes nothing.
///
/// ```
/// use guard_core::testing::ResourceTracker;
///
/// /// Stands in for a connection that has to be closed by hand.
/// let tracker = ResourceTracker::new();
/// let connection = tracker.handle("connection");
/// connection.touch();
/// connection.close();
/// tracker.assert_balanced();
/// ```
#[derive(Clone)]
pub struct Handle {
    books: Arc<Books>,
    index: usize,
}

impl Handle {
    pub(super) fn new(books: Arc<Books>, index: usize) -> Self {
        Handle { books, index }
    }

    /// Notes that the resource was used. After it was closed, that is a mistake which
    /// [`assert_balanced`](super::ResourceTracker::assert_balanced) tells.
    #[track_caller]
    pub fn touch(&self) {
        self.books.touch(self.index, Location::caller());
    }

    /// Notes an error with the resource, which keeps its value.
    #[track_caller]
    pub fn fail(&self, error: impl AsyncFailure) {
        let error = uncounted(|| Arc::new(error));
        self.books.fail(self.index, error, Location::caller());
    }

    /// Closes the resource after a body that has completed. A second time is a mistake.
    #[track_caller]
    pub fn close(&self) {
        self.close_with(Exit::Completed);
    }

    /// Closes the resource after a body that has ended so.
    #[track_caller]
    pub fn close_with(&self, exit: Exit<'_>) {
        self.close_at(exit, Location::caller());
    }

    pub(super) fn close_at(&self, exit: Exit<'_>, at: &'static Location<'static>) {
        let outcome = uncounted(|| Outcome::from(exit));
        self.books.close(self.index, outcome, at);
    }

    fn close_if_open(&self, outcome: Outcome) {
        self.books.close_if_open(self.index, outcome);
    }

    /// What the books say of the resource now.
    #[must_use]
    pub fn record(&self) -> Record {
        self.books.read(|records| records[self.index].clone())
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.record().fmt(f)
    }
}

/// A resource that is closed when it is dropped, if [`close`](Handle::close) has not been called:
/// with [`Outcome::Panicked`] if a panic is unwinding that was not when it was opened, and otherwise
/// with [`Outcome::Dropped`].
#[derive(Debug)]
#[must_use = "it is closed when it is dropped: give it a name"]
pub struct Resource {
    handle: Handle,
    opened_while_panicking: bool,
}

impl Resource {
    pub(in crate::testing) fn new(handle: Handle) -> Self {
        Resource {
            handle,
            opened_while_panicking: thread::panicking(),
        }
    }

    /// A handle that can be kept elsewhere, also for longer than the resource is open.
    #[must_use]
    pub fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Deref for Resource {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Resource {
    fn drop(&mut self) {
        let unwinds = thread::panicking() && !self.opened_while_panicking;
        self.handle.close_if_open(if unwinds {
            Outcome::Panicked
        } else {
            Outcome::Dropped
        });
    }
}
