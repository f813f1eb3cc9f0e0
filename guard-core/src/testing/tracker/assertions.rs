use std::string::String;
use std::vec::Vec;

use super::outcome::Outcome;
use super::problem::Problem;
use super::{ResourceTracker, checks};

/// What can be asserted. A failing assertion shows the problems, and the timeline with the rows marked
/// that they are about.
impl ResourceTracker {
    /// What was never closed so far, closed more than once, or used after it was closed.
    #[must_use]
    pub fn unbalanced(&self) -> Vec<Problem> {
        checks::unbalanced(&self.records())
    }

    /// What was closed while something that had been opened after it was open still.
    ///
    /// Each resource that was closed too early is told once, with the first of those that should have
    /// been closed before it. What is never closed takes no part. Resources of several threads are
    /// judged as if there were one: where threads go their own ways, give each a tracker of its own.
    #[must_use]
    pub fn out_of_order(&self) -> Vec<Problem> {
        checks::out_of_order(&self.records())
    }

    /// That all resources have been closed exactly once, and none used after that.
    ///
    /// # Panics
    ///
    /// When that is not so.
    #[track_caller]
    pub fn assert_balanced(&self) {
        let problems = self.unbalanced();
        if !problems.is_empty() {
            self.fail(
                "every resource to be closed exactly once and not used after that",
                &problems,
            );
        }
    }

    /// That all resources have been closed exactly once, and the last to be opened as the first.
    ///
    /// It implies [`assert_balanced`](Self::assert_balanced): what is open still is not the first to
    /// be closed.
    ///
    /// # Panics
    ///
    /// When that is not so.
    #[track_caller]
    pub fn assert_lifo(&self) {
        let mut problems = self.unbalanced();
        problems.extend(self.out_of_order());
        if !problems.is_empty() {
            self.fail(
                "every resource to be closed once, the last to be opened as the first",
                &problems,
            );
        }
    }

    /// That these are the closes, in order, by the name of the resource and the outcome.
    ///
    /// # Panics
    ///
    /// When that is not so.
    #[track_caller]
    pub fn assert_outcomes(&self, expected: impl IntoIterator<Item = (impl AsRef<str>, Outcome)>) {
        let owned = |(name, outcome): (_, Outcome)| (String::from(AsRef::as_ref(&name)), outcome);
        let expected: Vec<_> = expected.into_iter().map(owned).collect();
        let problems = checks::unexpected(&self.records(), &expected);
        if !problems.is_empty() {
            self.fail(
                "other closes, or other outcomes, or another order of them",
                &problems,
            );
        }
    }

    /// The names and outcomes of all closes, in order.
    #[must_use]
    pub fn outcomes(&self) -> Vec<(String, Outcome)> {
        self.books.read(|records| {
            let closes = checks::closes(records).into_iter();
            closes
                .map(|(record, close)| (record.name().into(), close.outcome().clone()))
                .collect()
        })
    }
}
