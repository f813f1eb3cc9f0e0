//! The places at which a scenario can be made to fail.

#[cfg(any(feature = "tokio", feature = "futures-io"))]
mod async_io;
mod io;
pub(crate) mod plan;
mod resource;
pub(crate) mod run;

use std::boxed::Box;
use std::error;
use std::fmt;
use std::panic::resume_unwind;
use std::string::ToString;
use std::sync::Arc;

pub use self::io::FaultyIo;
use self::plan::{Kind, Place};
pub use self::plan::{Plan, PlanError};
use self::run::{May, Run};
use crate::testing::ResourceTracker;

/// The faults of one run of a scenario, which [`exhaust`](super::exhaust()) gives it.
///
/// A scenario passes by *sites*, places that have a name. At each, the run decides whether it fails
/// there. Code that knows nothing of this is given what fails in its stead:
///
/// | | |
/// |---|---|
/// | [`point("connect")?`](Self::point) | fails or panics in the scenario itself |
/// | [`point_as("connect", \|\| ..)?`](Self::point_as) | likewise, with an error of any type |
/// | [`resource("database")`](Self::resource) | a context manager either half of which can fail; `async_resource` for async code |
/// | [`fails("query")`](Self::fails) | asks, so that the scenario can fail in a way of its own |
/// | [`io("socket", stream)`](Self::io) | a reader or writer of which any call can fail |
///
/// Clones belong to the same run, so that they can be taken to other threads and tasks.
///
/// ```
/// use guard_core::testing::{Faults, Injected};
///
/// fn copy(faults: &Faults) -> Result<(), Injected> {
///     let source = faults.tracker().open("source");
///     faults.point("read")?;
///     source.touch();
///     faults.point("write")
/// }
/// guard_core::testing::exhaust(copy);
/// ```
#[derive(Clone)]
pub struct Faults {
    run: Arc<Run>,
}

impl Faults {
    /// No fault at all, for calling a scenario outside of [`exhaust`](super::exhaust()).
    #[must_use]
    pub fn none() -> Self {
        Self::planned(Plan::new())
    }

    /// These faults, for calling a scenario outside of [`exhaust`](super::exhaust()). Nothing drops
    /// the future there: see [`Exhaust`](super::Exhaust) for plans that cancel.
    ///
    /// ```
    /// use guard_core::testing::{Faults, Plan};
    /// use std::io::Read;
    ///
    /// let faults = Faults::planned(Plan::new().error("file.read", 2));
    /// let mut file = faults.io("file", &b"hello"[..]);
    /// assert_eq!(file.read(&mut [0; 2])?, 2);
    /// assert!(file.read(&mut [0; 2]).is_err());
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn planned(plan: Plan) -> Self {
        Faults::of(Arc::new(Run::new(plan, false)))
    }

    pub(crate) fn of(run: Arc<Run>) -> Self {
        Faults { run }
    }

    /// The books of this run. They are checked at its end: what was opened and not closed, closed
    /// twice, or used after it was closed, is reported.
    #[must_use]
    pub fn tracker(&self) -> &ResourceTracker {
        &self.run.tracker
    }

    /// A site that may return an error or panic.
    ///
    /// The panic is one without a message on standard error. None is injected while another panic is
    /// unwinding on this thread, as that would abort the process outside of an exit half of ours:
    /// [`Exhaust::panics_while_unwinding`](super::Exhaust::panics_while_unwinding) has them too.
    ///
    /// # Errors
    ///
    /// An [`Injected`], if the run has the site fail now. `?` makes an [`io::Error`](std::io::Error)
    /// of it, a `Box<dyn Error>`, an `anyhow::Error`; for others there is
    /// [`point_as`](Self::point_as).
    ///
    /// # Panics
    ///
    /// If the run has the site panic now; if the name is empty, or has a comma, a quote, space at an
    /// end, or what `Debug` escapes in it.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::{Faults, Plan};
    ///
    /// fn connect(faults: &Faults) -> std::io::Result<()> {
    ///     faults.point("connect")?;
    ///     Ok(())
    /// }
    /// assert!(connect(&Faults::none()).is_ok());
    /// let error = connect(&Faults::planned(Plan::new().error("connect", 1))).unwrap_err();
    /// assert_eq!(error.to_string(), "injected error at `connect#1`");
    /// ```
    #[track_caller]
    pub fn point(&self, site: &str) -> Result<(), Injected> {
        let may = May {
            panic: true,
            be_named: true,
        };
        self.fail(site, may)
    }

    /// As [`point`](Self::point), with an error of the scenario's own. As it does not name the site, it
    /// is not known whether it was lost where another one was told, only whether it was swallowed.
    ///
    /// # Errors
    ///
    /// What `error` returns, if the run has the site fail now.
    ///
    /// # Panics
    ///
    /// As [`point`](Self::point).
    #[track_caller]
    pub fn point_as<E>(&self, site: &str, error: impl FnOnce() -> E) -> Result<(), E> {
        let may = May {
            panic: true,
            be_named: false,
        };
        self.fail(site, may).map_err(|_| error())
    }

    /// A site that may return an error, and never panics.
    ///
    /// # Errors
    ///
    /// As [`point`](Self::point).
    ///
    /// # Panics
    ///
    /// If the name is none.
    #[track_caller]
    pub fn error_point(&self, site: &str) -> Result<(), Injected> {
        let may = May {
            panic: false,
            be_named: true,
        };
        self.fail(site, may)
    }

    /// Whether this site is to fail now, in a way that the scenario has itself: it opens a file that is
    /// not there, or sends what its peer will refuse. It never panics.
    ///
    /// What the scenario returns then does not name the site. So it is not known whether the error was
    /// lost where another one was told, only whether it was swallowed.
    ///
    /// ```
    /// use guard_core::testing::exhaust;
    /// use std::fs::File;
    ///
    /// exhaust(|faults| {
    ///     let missing = faults.fails("open");
    ///     File::open(if missing { "no such file" } else { "Cargo.toml" }).map(drop)
    /// });
    /// ```
    ///
    /// # Panics
    ///
    /// If the name is none.
    #[must_use = "the scenario has to fail when it is told to"]
    #[track_caller]
    pub fn fails(&self, site: &str) -> bool {
        let may = May {
            panic: false,
            be_named: false,
        };
        self.fail(site, may).is_err()
    }

    #[track_caller]
    fn fail(&self, site: &str, may: May) -> Result<(), Injected> {
        match self.run.hit(site, may) {
            None => Ok(()),
            Some((place, Kind::Error)) => Err(Injected { place }),
            Some((place, Kind::Panic)) => resume_unwind(Box::new(Injected { place })),
        }
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Faults")
            .field(&self.run.plan.to_string())
            .finish()
    }
}

/// An error that was injected at a site, and the payload of a panic that was.
///
/// Both its `Display` and its `Debug` name the place, by which a report knows it again in what the
/// scenario returns.
#[derive(Clone, PartialEq, Eq)]
pub struct Injected {
    place: Place,
}

impl Injected {
    /// The name of the site.
    #[must_use]
    pub fn site(&self) -> &str {
        &self.place.site
    }

    /// How often the run had come to the site, this time included.
    #[must_use]
    pub fn nth(&self) -> usize {
        self.place.nth
    }
}

impl fmt::Debug for Injected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Injected")
            .field(&self.place.to_string())
            .finish()
    }
}

impl fmt::Display for Injected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "injected error at `{}`", self.place)
    }
}

impl error::Error for Injected {}

impl From<Injected> for std::io::Error {
    fn from(injected: Injected) -> Self {
        std::io::Error::other(injected)
    }
}
