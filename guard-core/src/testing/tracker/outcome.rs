use std::fmt;
use std::format;
use std::string::String;

use crate::Exit;

/// An [`Exit`] that can be kept.
///
/// ```
/// use guard_core::Exit;
/// use guard_core::testing::Outcome;
///
/// let exit: Exit<'_> = Exit::Failed(&"no space left");
/// assert_eq!(Outcome::from(exit), Outcome::failed("no space left"));
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

impl Outcome {
    /// That of a body that failed with `error`, which is compared by what it looks like in `{:?}`.
    ///
    /// ```
    /// use guard_core::testing::Outcome;
    ///
    /// let error = "x".parse::<u8>().unwrap_err();
    /// assert_eq!(
    ///     Outcome::failed(&error),
    ///     Outcome::Failed("ParseIntError { kind: InvalidDigit }".to_owned()),
    /// );
    /// ```
    #[must_use]
    pub fn failed(error: impl fmt::Debug) -> Self {
        Outcome::Failed(format!("{error:?}"))
    }

    /// Whether it is [`Failed`](Self::Failed), whatever the error.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        matches!(self, Outcome::Failed(_))
    }
}

impl From<Exit<'_>> for Outcome {
    fn from(exit: Exit<'_>) -> Self {
        match exit {
            Exit::Completed => Outcome::Completed,
            Exit::Failed(error) => Outcome::failed(error),
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
