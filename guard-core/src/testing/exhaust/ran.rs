use std::any::Any;
use std::borrow::ToOwned;
use std::fmt;
use std::format;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use crate::testing::faults::run::{Run, Seen};
use crate::testing::ledger::uncounted;
use crate::testing::{Injected, Outcome, Plan, Record, ResourceTracker, message};

/// What a scenario may return: nothing, or a `Result` with an error that can be shown.
///
/// ```
/// use guard_core::testing::{Ended, exhaust};
///
/// fn twice<R: Ended>(scenario: fn(&guard_core::testing::Faults) -> R) {
///     exhaust(scenario);
///     exhaust(scenario);
/// }
/// twice(|faults| faults.point("read"));
/// ```
#[diagnostic::on_unimplemented(
    message = "a scenario cannot return `{Self}`",
    label = "is neither `()` nor a `Result` with an error that has `Debug`",
    note = "help: a scenario that is async is one for `exhaust_async`, `run_async` or `check_async`"
)]
pub trait Ended: sealed::Sealed {
    #[doc(hidden)]
    fn outcome(self) -> Outcome;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for () {}
    impl<T, E: core::fmt::Debug> Sealed for Result<T, E> {}
}

impl Ended for () {
    fn outcome(self) -> Outcome {
        Outcome::Completed
    }
}

impl<T, E: fmt::Debug> Ended for Result<T, E> {
    fn outcome(self) -> Outcome {
        match self {
            Ok(_) => Outcome::Completed,
            Err(error) => Outcome::Failed(format!("{error:?}")),
        }
    }
}

/// One run of a scenario, when it has ended.
#[derive(Debug)]
pub struct Ran {
    pub(super) number: usize,
    pub(super) run: Arc<Run>,
    pub(super) end: End,
    pub(super) seen: Seen,
    pub(super) lost: Vec<String>,
}

impl Ran {
    /// Its number, from 1.
    #[must_use]
    pub fn number(&self) -> usize {
        self.number
    }

    /// What was to go wrong.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.run.plan
    }

    /// How the scenario has ended; [`Outcome::Dropped`] if its future was dropped.
    #[must_use]
    pub fn outcome(&self) -> &Outcome {
        &self.end.outcome
    }

    /// The books.
    #[must_use]
    pub fn tracker(&self) -> &ResourceTracker {
        &self.run.tracker
    }

    /// What the hook of [`on_lost_error`](crate::on_lost_error) was told, each as a line.
    #[must_use]
    pub fn lost(&self) -> &[String] {
        &self.lost
    }
}

/// How a scenario has ended.
#[derive(Debug)]
pub(super) struct End {
    pub(super) outcome: Outcome,
    /// The message of the panic, if it was one of the scenario's own.
    pub(super) panic: Option<String>,
    /// What was open when the executor had been given its time.
    pub(super) open: Vec<Record>,
}

impl End {
    pub(super) fn of<R: Ended>(scenario: impl FnOnce() -> R) -> Self {
        // What it has left half done is what is being tested.
        let called = || {
            let result = scenario();
            uncounted(|| result.outcome())
        };
        match catch_unwind(AssertUnwindSafe(called)) {
            Ok(outcome) => Self::with(outcome),
            Err(payload) => Self::panicked(&*payload),
        }
    }

    pub(super) fn with(outcome: Outcome) -> Self {
        End {
            outcome,
            panic: None,
            open: Vec::new(),
        }
    }

    pub(super) fn panicked(payload: &(dyn Any + Send)) -> Self {
        End {
            outcome: Outcome::Panicked,
            panic: uncounted(|| (!payload.is::<Injected>()).then(|| message(payload).to_owned())),
            open: Vec::new(),
        }
    }
}
