//! What was opened, and what has become of it.

mod assertions;
mod books;
mod checks;
mod failure;
mod handle;
mod outcome;
mod problem;
mod record;

use std::fmt;
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::vec::Vec;

use self::books::Books;
pub use self::handle::{Handle, Resource};
pub use self::outcome::Outcome;
pub use self::problem::Problem;
pub(super) use self::problem::line;
pub use self::record::{Close, Moment, Record};
use super::ledger::uncounted;
use super::timeline::Timeline;
use crate::{
    AsyncBody, AsyncContext, AsyncHalves, Body, Context, Halves, Plain, context_manager,
    yield_point,
};

/// Keeps the books of resources that stand in for real ones: who opened what, in which order, and how
/// it was closed.
///
/// A tracker is shared by cloning it; all clones, on whichever threads, write into the same books.
///
/// | resource | is closed |
/// |---|---|
/// | [`resource(name)`](Self::resource) | by its exit half, with the outcome that it is told: a context manager |
/// | [`async_resource(name)`](Self::async_resource) | likewise, where either half awaits once |
/// | [`open(name)`](Self::open) | by [`Handle::close`], or when it is dropped: a plain RAII value |
/// | [`handle(name)`](Self::handle) | by [`Handle::close`] alone, as a raw descriptor is |
///
/// ```
/// use guard_core::testing::{Outcome, ResourceTracker};
///
/// let tracker = ResourceTracker::new();
/// let opened = tracker.resource("database").try_with(|database| {
///     database.touch();
///     Err::<(), _>("no such table")
/// });
/// assert_eq!(opened, Err("no such table"));
/// tracker.assert_balanced();
/// tracker.assert_outcomes([("database", Outcome::failed("no such table"))]);
/// ```
#[derive(Clone)]
pub struct ResourceTracker {
    books: Arc<Books>,
    svgs: Option<Arc<Path>>,
}

impl ResourceTracker {
    /// Books in which nothing is written yet. Times count from here.
    #[must_use]
    pub fn new() -> Self {
        let start = std::time::Instant::now();
        Self::with_clock(move || start.elapsed())
    }

    /// As [`new`](Self::new), with times read from `clock`: one that is stopped, or that of a runtime.
    ///
    /// ```
    /// use guard_core::testing::ResourceTracker;
    /// use std::time::Duration;
    ///
    /// let tracker = ResourceTracker::with_clock(|| Duration::from_millis(5));
    /// drop(tracker.open("file"));
    /// assert_eq!(tracker.records()[0].opened().time(), Duration::from_millis(5));
    /// ```
    #[must_use]
    pub fn with_clock(clock: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        ResourceTracker {
            books: Arc::new(Books::new(clock)),
            svgs: None,
        }
    }

    /// Has an assertion of this tracker, or of a clone that is made from now on, write the timeline as
    /// an SVG file into the directory when it fails. The file has the name of the thread, which is that
    /// of the test.
    ///
    /// The environment variable `GUARD_TIMELINE_SVG` names a directory for all trackers.
    ///
    /// ```
    /// use guard_core::testing::ResourceTracker;
    ///
    /// let tracker = ResourceTracker::new().svg_on_failure("target/timelines");
    /// ```
    #[must_use]
    pub fn svg_on_failure(self, directory: impl Into<PathBuf>) -> Self {
        let directory: PathBuf = directory.into();
        ResourceTracker {
            svgs: Some(directory.into()),
            ..self
        }
    }

    /// A context manager that opens a resource, lends its [`Handle`], and closes it with the outcome
    /// that its exit half is told.
    ///
    /// It is an ordinary [`Context`], so that it can be entered in all ways and held by either stack;
    /// for a body that is async there is [`into_async`](Context::into_async).
    ///
    /// ```
    /// use guard_core::testing::{Outcome, ResourceTracker};
    /// use guard_core::{ExitErrors, ExitStack};
    ///
    /// let tracker = ResourceTracker::new();
    /// ExitStack::scope(|stack| {
    ///     stack.enter(tracker.resource("lock"));
    ///     stack.enter(tracker.resource("file"));
    ///     Ok::<_, ExitErrors>(())
    /// })?;
    /// tracker.assert_lifo();
    /// tracker.assert_outcomes([("file", Outcome::Completed), ("lock", Outcome::Completed)]);
    /// # Ok::<(), ExitErrors>(())
    /// ```
    #[track_caller]
    pub fn resource(
        &self,
        name: &str,
    ) -> Context<
        Plain<Handle>,
        impl Body<Plain<Handle>, Frame = impl Halves<Plain<Handle>> + Send + use<>> + Send + use<>,
    > {
        tracked(self.clone(), owned(name), Location::caller())
    }

    /// A context manager for async code, which awaits once in either half, so that it can be cancelled
    /// there.
    ///
    /// ```
    /// use guard_core::testing::{Outcome, ResourceTracker};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let tracker = ResourceTracker::new();
    /// tracker.async_resource("session").with(async |session| session.touch()).await;
    /// tracker.assert_outcomes([("session", Outcome::Completed)]);
    /// # }
    /// ```
    #[track_caller]
    pub fn async_resource(
        &self,
        name: &str,
    ) -> AsyncContext<
        Plain<Handle>,
        impl AsyncBody<Returns = Plain<Handle>, Frame = impl AsyncHalves<Plain<Handle>> + Send + use<>>
        + Send
        + use<>,
    > {
        async_tracked(self.clone(), owned(name), Location::caller())
    }

    /// Opens a resource that is closed when it is dropped, if it has not been closed before.
    ///
    /// ```
    /// use guard_core::testing::{Outcome, Resource, ResourceTracker};
    ///
    /// struct Connection {
    ///     socket: Resource,
    /// }
    ///
    /// let tracker = ResourceTracker::new();
    /// drop(Connection { socket: tracker.open("socket") });
    /// tracker.assert_outcomes([("socket", Outcome::Dropped)]);
    /// ```
    #[track_caller]
    pub fn open(&self, name: &str) -> Resource {
        Resource::new(self.handle(name))
    }

    /// Opens a resource that nothing closes but [`Handle::close`], as is so with a raw descriptor.
    ///
    /// ```should_panic
    /// use guard_core::testing::ResourceTracker;
    ///
    /// let tracker = ResourceTracker::new();
    /// drop(tracker.handle("descriptor"));
    /// tracker.assert_balanced(); // panics: `descriptor` was never closed
    /// ```
    #[track_caller]
    #[expect(
        clippy::must_use_candidate,
        reason = "that it is opened is what matters"
    )]
    pub fn handle(&self, name: &str) -> Handle {
        self.handle_at(owned(name), Location::caller())
    }

    pub(super) fn handle_at(&self, name: Arc<str>, at: &'static Location<'static>) -> Handle {
        Handle::new(self.books.clone(), self.books.open(name, at))
    }

    /// A copy of the books, in the order in which the resources were opened.
    ///
    /// ```
    /// use guard_core::testing::ResourceTracker;
    ///
    /// let tracker = ResourceTracker::new();
    /// let file = tracker.open("file");
    /// file.fail(std::io::Error::other("no space left"));
    /// drop(file);
    /// let [file] = &tracker.records()[..] else { panic!() };
    /// let error = file.errors()[0].downcast_ref::<std::io::Error>();
    /// assert_eq!(error.unwrap().to_string(), "no space left");
    /// ```
    #[must_use]
    pub fn records(&self) -> Vec<Record> {
        self.books.records()
    }

    /// How many resources have been opened so far.
    #[must_use]
    pub fn opened(&self) -> usize {
        self.books.read(<[Record]>::len)
    }

    /// How many of them are open now.
    #[must_use]
    pub fn open_now(&self) -> usize {
        self.books
            .read(|records| records.iter().filter(|record| record.is_open()).count())
    }

    /// How many of them have been closed, be it once or more often.
    #[must_use]
    pub fn closed(&self) -> usize {
        self.books
            .read(|records| records.iter().filter(|record| !record.is_open()).count())
    }

    pub(super) fn open_records(&self) -> Vec<Record> {
        self.books.read(|records| {
            let open = records.iter().filter(|record| record.is_open());
            open.cloned().collect()
        })
    }

    /// The records of all resources of that name.
    ///
    /// ```
    /// use guard_core::testing::ResourceTracker;
    ///
    /// let tracker = ResourceTracker::new();
    /// let _pool = tracker.open("pool");
    /// for _ in 0..3 {
    ///     drop(tracker.open("connection"));
    /// }
    /// assert_eq!(tracker.named("connection").len(), 3);
    /// assert!(tracker.named("pool")[0].is_open());
    /// ```
    #[must_use]
    pub fn named(&self, name: &str) -> Vec<Record> {
        self.books.read(|records| {
            let named = records.iter().filter(|record| record.name() == name);
            named.cloned().collect()
        })
    }

    /// The books as a picture: one row per resource, in the order in which they were opened.
    ///
    /// ```
    /// use guard_core::testing::ResourceTracker;
    ///
    /// let tracker = ResourceTracker::new();
    /// drop(tracker.open("file"));
    /// println!("{}", tracker.timeline());
    /// ```
    #[must_use]
    pub fn timeline(&self) -> Timeline {
        Timeline::new(self.records(), self.books.now())
    }
}

impl Default for ResourceTracker {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ResourceTracker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.records()).finish()
    }
}

#[context_manager(crate = crate)]
fn tracked(tracker: ResourceTracker, name: Arc<str>, at: &'static Location<'static>) -> Handle {
    let handle = tracker.handle_at(name, at);
    // A clone, as the body may assign to what it is lent.
    let exit = yield_point!(handle.clone());
    handle.close_at(exit, at);
}

#[context_manager(crate = crate)]
async fn async_tracked(
    tracker: ResourceTracker,
    name: Arc<str>,
    at: &'static Location<'static>,
) -> Handle {
    turn().await;
    // It is closed when it is dropped, as nothing can be awaited then.
    let resource = Resource::new(tracker.handle_at(name, at));
    let exit = yield_point!(resource.handle().clone());
    turn().await;
    resource.handle().close_at(exit.into(), at);
}

fn owned(name: &str) -> Arc<str> {
    uncounted(|| name.into())
}

/// Pending once, having woken whoever waits.
pub(super) async fn turn() {
    let mut turned = false;
    core::future::poll_fn(|poller| {
        if core::mem::replace(&mut turned, true) {
            core::task::Poll::Ready(())
        } else {
            poller.waker().wake_by_ref();
            core::task::Poll::Pending
        }
    })
    .await;
}
