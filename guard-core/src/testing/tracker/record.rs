use std::fmt;
use std::format;
use std::panic::Location;
use std::string::String;
use std::sync::Arc;
use std::time::Duration;
use std::vec::Vec;

use crate::{Exit, Failure};

/// What the books say of one resource.
#[derive(Clone, Debug)]
pub struct Record {
    pub(super) name: Arc<str>,
    pub(super) opened: Moment,
    pub(super) closes: Vec<Close>,
    pub(super) used_after_close: Vec<Moment>,
    pub(super) errors: Vec<(Moment, Arc<dyn Failure + Send + Sync>)>,
}

impl Record {
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
}

/// When, where and by whom something was done.
#[derive(Clone, Debug)]
pub struct Moment {
    pub(super) order: usize,
    pub(super) time: Duration,
    pub(super) thread: Arc<str>,
    pub(super) at: &'static Location<'static>,
}

impl Moment {
    /// Its place among all that was written into the books, from 0.
    #[must_use]
    pub fn order(&self) -> usize {
        self.order
    }

    /// Since the tracker was made.
    #[must_use]
    pub fn time(&self) -> Duration {
        self.time
    }

    /// The name of the thread, or its number if it has none.
    #[must_use]
    pub fn thread(&self) -> &str {
        &self.thread
    }

    /// The line of code.
    #[must_use]
    pub fn location(&self) -> &'static Location<'static> {
        self.at
    }
}

/// That a resource was closed.
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

/// An [`Exit`] that can be kept.
///
/// ```
/// use guard_core::Exit;
/// use guard_core::testing::Outcome;
///
/// let exit: Exit<'_> = Exit::Failed(&"no space left");
/// assert_eq!(Outcome::from(exit), Outcome::Failed("\"no space left\"".to_owned()));
/// assert_eq!(Outcome::from(exit).to_string(), "Failed(\"no space left\")");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// [`Exit::Completed`].
    Completed,
    /// [`Exit::Failed`], with what the error looks like in `{:?}`.
    Failed(String),
    /// [`Exit::Panicked`].
    Panicked,
    /// [`Exit::Dropped`].
    Dropped,
}

impl From<Exit<'_>> for Outcome {
    fn from(exit: Exit<'_>) -> Self {
        match exit {
            Exit::Completed => Outcome::Completed,
            Exit::Failed(error) => Outcome::Failed(format!("{error:?}")),
            Exit::Panicked => Outcome::Panicked,
            Exit::Dropped => Outcome::Dropped,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Completed => f.pad("Completed"),
            Outcome::Failed(error) => f.pad(&format!("Failed({error})")),
            Outcome::Panicked => f.pad("Panicked"),
            Outcome::Dropped => f.pad("Dropped"),
        }
    }
}
