use std::format;
use std::string::String;
use std::vec::Vec;

use crate::Exit;

/// How a user of a shared fixture ended.
pub(super) enum Outcome {
    Completed,
    Failed(String),
    Panicked,
    Dropped,
}

impl Outcome {
    pub(super) fn of(exit: Exit<'_>) -> Self {
        match exit {
            Exit::Completed => Outcome::Completed,
            Exit::Failed(error) => Outcome::Failed(format!("{error:?}")),
            Exit::Panicked => Outcome::Panicked,
            Exit::Dropped => Outcome::Dropped,
        }
    }
}

/// How the users of a shared fixture ended.
#[derive(Default)]
pub(super) struct Outcomes {
    dropped: bool,
    failure: SharedFailure,
    panicked: bool,
}

impl Outcomes {
    pub(super) fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Completed => {}
            Outcome::Failed(error) => self.failure.errors.push(error),
            Outcome::Panicked => self.panicked = true,
            Outcome::Dropped => self.dropped = true,
        }
    }

    /// The worst of them.
    pub(super) fn exit(&self) -> Exit<'_> {
        if self.panicked {
            Exit::Panicked
        } else if !self.failure.errors.is_empty() {
            Exit::Failed(&self.failure)
        } else if self.dropped {
            Exit::Dropped
        } else {
            Exit::Completed
        }
    }
}

/// What the exit half of a [`Shared`](super::Shared) fixture is told by
/// [`Exit::Failed`](crate::Exit::Failed): that some of its users failed.
///
/// ```
/// use guard_core::testing::SharedFailure;
/// use guard_core::{Exit, context_manager, yield_point};
///
/// #[context_manager]
/// fn server() {
///     let exit = yield_point!();
///     if let Some(failed) = exit.failure().and_then(|e| e.downcast_ref::<SharedFailure>()) {
///         println!("{} tests failed, the first with {}", failed.errors().len(), failed.errors()[0]);
///     }
/// }
/// # let _ = server();
/// ```
#[derive(Debug, Default)]
pub struct SharedFailure {
    errors: Vec<String>,
}

impl SharedFailure {
    /// What the users failed with, as `Debug` shows it, in the order in which they left. There is at
    /// least one.
    #[must_use]
    pub fn errors(&self) -> &[String] {
        &self.errors
    }
}
