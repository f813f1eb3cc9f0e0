use std::format;
use std::string::String;
use std::vec::Vec;

use super::super::plain;
use super::outcome::Outcome;
use super::problem::Problem;
use super::{ResourceTracker, checks};

/// What can be asserted. A failing assertion shows the problems, and the timeline with the rows marked
/// that they are about.
impl ResourceTracker {
    /// What was never closed so far, closed more than once, or used after it was closed.
    ///
    /// ```
    /// use guard_core::testing::{Problem, ResourceTracker};
    ///
    /// let tracker = ResourceTracker::new();
    /// let file = tracker.open("file");
    /// assert!(matches!(tracker.unbalanced()[..], [Problem::NeverClosed(_)]));
    /// drop(file);
    /// assert!(tracker.unbalanced().is_empty());
    /// ```
    #[must_use]
    pub fn unbalanced(&self) -> Vec<Problem> {
        checks::unbalanced(&self.records())
    }

    /// What was closed while something that had been opened after it was open still.
    ///
    /// Each resource that was closed too early is told once, with the first of those that should have
    /// been closed before it. What is never closed takes no part, and the first close of a resource is
    /// what counts. Resources of several threads are judged as if there were one: where threads go
    /// their own ways, give each a tracker of its own.
    ///
    /// ```
    /// use guard_core::testing::{Problem, ResourceTracker};
    ///
    /// let tracker = ResourceTracker::new();
    /// let (pool, connection) = (tracker.open("pool"), tracker.open("connection"));
    /// drop(pool);
    /// drop(connection);
    /// let [Problem::OutOfOrder { closed, still_open, .. }] = &tracker.out_of_order()[..] else { panic!() };
    /// assert_eq!((closed.name(), still_open.name()), ("pool", "connection"));
    /// ```
    #[must_use]
    pub fn out_of_order(&self) -> Vec<Problem> {
        checks::out_of_order(&self.records())
    }

    /// That all resources have been closed exactly once, and none used after that.
    ///
    /// # Panics
    ///
    /// When that is not so.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::ResourceTracker;
    ///
    /// let tracker = ResourceTracker::new();
    /// tracker.resource("file").with(|file| file.touch());
    /// tracker.assert_balanced();
    /// ```
    #[track_caller]
    pub fn assert_balanced(&self) {
        let records = self.records();
        let problems = checks::unbalanced(&records);
        let expected = "every resource to be closed exactly once and not used after that";
        self.expect(expected, records, &problems);
    }

    /// That all resources have been closed exactly once, and the last to be opened as the first.
    ///
    /// It implies [`assert_balanced`](Self::assert_balanced), as what is open still has not been closed
    /// in any order. While something is open, ask [`out_of_order`](Self::out_of_order).
    ///
    /// # Panics
    ///
    /// When that is not so.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::ResourceTracker;
    ///
    /// let tracker = ResourceTracker::new();
    /// tracker.resource("pool").with(|_| tracker.resource("connection").with(|_| ()));
    /// tracker.assert_lifo();
    /// ```
    #[track_caller]
    pub fn assert_lifo(&self) {
        let records = self.records();
        let mut problems = checks::unbalanced(&records);
        problems.extend(checks::out_of_order(&records));
        let expected = "every resource to be closed once, the last to be opened as the first";
        self.expect(expected, records, &problems);
    }

    /// That these are all the closes, in order: the name of the resource, and the outcome.
    ///
    /// # Panics
    ///
    /// When that is not so.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::{Outcome, ResourceTracker};
    ///
    /// let tracker = ResourceTracker::new();
    /// let lock = tracker.open("lock");
    /// let _ = tracker.resource("file").try_with(|_| Err::<(), _>("no space left"));
    /// drop(lock);
    /// tracker.assert_outcomes([
    ///     ("file", Outcome::failed("no space left")),
    ///     ("lock", Outcome::Dropped),
    /// ]);
    /// ```
    #[track_caller]
    pub fn assert_outcomes(&self, expected: impl IntoIterator<Item = (impl AsRef<str>, Outcome)>) {
        let owned = |(name, outcome): (_, Outcome)| (String::from(AsRef::as_ref(&name)), outcome);
        let expected: Vec<_> = expected.into_iter().map(owned).collect();
        let records = self.records();
        let problems = checks::unexpected(&records, &expected);
        self.expect(&in_one_line(&expected), records, &problems);
    }

    /// The names and outcomes of all closes, in order: for what
    /// [`assert_outcomes`](Self::assert_outcomes) has no words for.
    ///
    /// ```
    /// use guard_core::testing::ResourceTracker;
    ///
    /// let tracker = ResourceTracker::new();
    /// let _ = tracker.resource("file").try_with(|_| "x".parse::<u8>());
    /// assert!(tracker.outcomes().iter().any(|(name, outcome)| name == "file" && outcome.is_failed()));
    /// ```
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

// Input:  [("file", Outcome::Dropped), ("lock", Outcome::Completed)]
// Output: 2 closes: `file` Dropped, `lock` Completed
fn in_one_line(expected: &[(String, Outcome)]) -> String {
    let few = expected.iter().take(8);
    let few: Vec<_> = few
        .map(|(name, outcome)| format!("`{name}` {outcome}"))
        .collect();
    let closes = match expected.len() {
        0 => return "no close".into(),
        1 => "1 close".into(),
        count => format!("{count} closes"),
    };
    plain::beginning(
        &plain::one_line(&format!("{closes}: {}", few.join(", "))),
        70,
    )
}
