use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;
use std::vec::Vec;

use super::outcome::Outcome;
use crate::Failure;

/// What the books say of one resource.
///
/// ```
/// use guard_core::testing::{Outcome, ResourceTracker};
///
/// let tracker = ResourceTracker::new();
/// tracker.resource("file").with(|file| file.fail("no space left"));
/// let [file] = &tracker.records()[..] else { panic!() };
/// assert_eq!(file.name(), "file");
/// assert_eq!(file.opened().order(), 0);
/// assert_eq!(file.errors()[0].downcast_ref(), Some(&"no space left"));
/// assert_eq!(file.error_moments()[0].order(), 1);
/// assert_eq!(file.closes()[0].outcome(), &Outcome::Completed);
/// assert!(!file.is_open() && file.used_after_close().is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct Record {
    pub(super) name: Arc<str>,
    pub(super) opened: Moment,
    pub(super) closes: Vec<Close>,
    pub(super) used_after_close: Vec<Moment>,
    pub(super) errors: Vec<(Moment, Arc<dyn Failure + Send + Sync>)>,
}

impl Record {
    pub(super) fn new(name: Arc<str>, opened: Moment) -> Self {
        Record {
            name,
            opened,
            closes: Vec::new(),
            used_after_close: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// Whether the other is of the same resource, and not of one that has only the same name.
    pub(in crate::testing) fn is_of_same(&self, other: &Record) -> bool {
        Arc::ptr_eq(&self.name, &other.name)
    }

    /// The name that it was opened under. Several resources may have the same.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When, where and on which thread it was opened.
    #[must_use]
    pub fn opened(&self) -> &Moment {
        &self.opened
    }

    /// How it was closed: not at all, once, as it should be, or more often.
    #[must_use]
    pub fn closes(&self) -> &[Close] {
        &self.closes
    }

    /// Whether it has not been closed so far.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.closes.is_empty()
    }

    /// When it was used after it had been closed.
    #[must_use]
    pub fn used_after_close(&self) -> &[Moment] {
        &self.used_after_close
    }

    /// The errors noted with [`Handle::fail`](super::Handle::fail), as values that can be downcast.
    #[must_use]
    pub fn errors(&self) -> Vec<&(dyn Failure + Send + Sync)> {
        self.errors.iter().map(|(_, error)| &**error).collect()
    }

    /// When, where and on which thread each of the [`errors`](Self::errors) was noted.
    #[must_use]
    pub fn error_moments(&self) -> Vec<&Moment> {
        self.errors.iter().map(|(moment, _)| moment).collect()
    }
}

/// When, where and by whom something was done.
///
/// ```
/// use guard_core::testing::ResourceTracker;
/// use std::time::Duration;
///
/// let tracker = ResourceTracker::with_clock(|| Duration::from_secs(7));
/// let file = tracker.handle("file");
/// let opened = file.record().opened().clone();
/// assert_eq!((opened.order(), opened.time()), (0, Duration::from_secs(7)));
/// assert_eq!(Some(opened.thread()), std::thread::current().name());
/// assert!(opened.location().file().ends_with(".rs"));
/// ```
#[derive(Clone, Debug)]
pub struct Moment {
    pub(super) order: usize,
    pub(super) time: Duration,
    pub(super) thread: Arc<str>,
    pub(super) at: &'static Location<'static>,
}

impl Moment {
    /// Its place among all that was written into the books, from 0. A use of a resource that is open is
    /// not written.
    #[must_use]
    pub fn order(&self) -> usize {
        self.order
    }

    /// Since the tracker was made; never less than that of what was written before.
    #[must_use]
    pub fn time(&self) -> Duration {
        self.time
    }

    /// The name of the thread, or its number if it has none.
    #[must_use]
    pub fn thread(&self) -> &str {
        &self.thread
    }

    /// The line of code. For what was closed by its exit half or destructor, which nobody calls by
    /// name, that is where it was opened.
    #[must_use]
    pub fn location(&self) -> &'static Location<'static> {
        self.at
    }
}

/// That a resource was closed.
///
/// ```
/// use guard_core::testing::{Outcome, ResourceTracker};
///
/// let tracker = ResourceTracker::new();
/// let file = tracker.handle("file");
/// file.close();
/// let close = file.record().closes()[0].clone();
/// assert_eq!(close.moment().order(), 1);
/// assert_eq!(close.outcome(), &Outcome::Completed);
/// ```
#[derive(Clone, Debug)]
pub struct Close {
    pub(super) moment: Moment,
    pub(super) outcome: Outcome,
}

impl Close {
    /// When, where and on which thread.
    #[must_use]
    pub fn moment(&self) -> &Moment {
        &self.moment
    }

    /// How the body had ended.
    #[must_use]
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }
}
