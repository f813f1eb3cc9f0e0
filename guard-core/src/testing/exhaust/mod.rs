//! Runs a scenario again and again, each time with something else going wrong.

mod drive;
mod judge;
mod losses;
mod ran;
mod report;
mod search;

use std::boxed::Box;
use std::env;
use std::fmt;
use std::pin::Pin;
use std::string::ToString;
use std::sync::Arc;
use std::time::Duration;

use self::judge::Known;
pub(crate) use self::losses::heard;
use self::ran::End;
pub use self::ran::{Ended, Ran};
pub use self::report::{Report, Summary};
use self::search::Search;
use super::faults::run::Run;
use super::isolated::{self, Wishes};
use super::{Faults, LeakCheck, Plan};

/// The variable with the plan to run alone.
const REPLAY: &str = "GUARD_EXHAUST";

/// How long a leak is looked at before it is taken for one, unless it is said: many runs may leak.
const PATIENCE: Duration = Duration::from_millis(200);

/// Runs `scenario` with every fault that it can meet, and panics unless it cleans up after each.
///
/// After each run it looks for what the scenario has left open of descriptors, threads, child processes
/// and resources of its [`tracker`](Faults::tracker), and for errors that are lost. For files it looks where
/// [`Exhaust::leaks`] says so. A fixture that keeps its directory on failure keeps one for each run that
/// fails.
///
/// It is [`Exhaust::new().run(scenario)`](Exhaust::run): see there. A closure that ends in a bare `Ok(..)`
/// has to name its error: `io::Result::Ok(())`.
///
/// # Panics
///
/// With a [`Report`], if anything goes wrong in any run.
///
/// # Examples
///
/// ```
/// use guard_core::testing::{Faults, exhaust};
/// use std::io;
///
/// /// The code under test, on resources that stand in for real ones.
/// fn copy(faults: &Faults) -> io::Result<()> {
///     let source = faults.tracker().open("source");
///     let target = faults.tracker().open("target");
///     faults.point("read")?;
///     source.touch();
///     faults.point("write")?;
///     target.touch();
///     Ok(())
/// }
/// exhaust(copy);
/// ```
#[track_caller]
pub fn exhaust<R: Ended>(scenario: impl FnMut(&Faults) -> R) {
    Exhaust::new().run(scenario);
}

/// As [`exhaust`], for a scenario that is async, which is also dropped each time that it is pending.
///
/// It is [`Exhaust::new().run_async(scenario)`](Exhaust::run_async): see there. The scenario is
/// `async |faults| ..`, and the test a plain `#[test]`, as the runs have executors of their own.
///
/// # Panics
///
/// With a [`Report`], if anything goes wrong in any run.
///
/// # Examples
///
/// ```
/// use guard_core::testing::{Faults, Injected, exhaust_async};
///
/// async fn scenario(faults: &Faults) -> Result<(), Injected> {
///     let session = faults.async_resource("session");
///     session.try_with(async |session| {
///         session.touch();
///         faults.point("request")
///     })
///     .await
/// }
/// exhaust_async(scenario);
/// ```
#[track_caller]
pub fn exhaust_async<R: Ended>(scenario: impl AsyncFnMut(&Faults) -> R) {
    Exhaust::new().run_async(scenario);
}

/// How a scenario is run with every fault that it can meet.
///
/// The first run is one in which nothing goes wrong. It shows which [sites](Faults) there are, and
/// each time that the scenario has come to one of them is a place. Then there is a run for
///
/// - every place, where it returns an error;
/// - every place, where it panics;
/// - every await at which an async scenario was pending, where its future is dropped;
/// - every pair of these, the second after the first: as when an exit half fails because the body has.
///
/// # What is checked
///
/// | after each run | |
/// |---|---|
/// | [`Faults::tracker`] | all is closed, once, and not used afterwards; with [`lifo`](Self::lifo), last in first out |
/// | the end | without a fault, it is no error; it panics only where a panic was injected into the run; an injected error is not lost: it is in what the scenario returns, or the hook of [`on_lost_error`](crate::on_lost_error) was told |
/// | [`LeakCheck`] | descriptors, threads and child processes are those of before: [`leaks`](Self::leaks) |
/// | the process | it was not aborted, as by a panic in a destructor that another panic runs, and does not hang |
/// | [`after_each`](Self::after_each) | whatever else there is to be checked |
///
/// What leaks the first time only, as a lazily made table does, is not reported: a run that leaks is
/// repeated, unless it has left a file.
///
/// # A process of its own
///
/// [`run`](Self::run) does all this in a process of its own, as [`isolated`](super::isolated()) does,
/// so that tests beside it are not in the way and an abort can be reported. [`check`](Self::check) does
/// it here, and gives the report as a value.
///
/// # Replaying
///
/// A report has the plan of each run that has gone wrong. With it in the variable `GUARD_EXHAUST`
/// there is that one run alone, for a debugger or a print:
///
/// ```text
/// GUARD_EXHAUST='read#2=error,close#1=panic' cargo test copies -- --exact
/// ```
///
/// It is had here, and not in a process of its own, so that a debugger and a print see it. If it does
/// not come to what is to go wrong, that is reported.
#[must_use = "it does nothing until `run` or `check` is called"]
pub struct Exhaust<'a> {
    limits: Limits,
    rules: Rules,
    hangs_after: Duration,
    leaks: Option<LeakCheck>,
    after_each: Option<Box<AfterEach<'a>>>,
    block_on: Box<BlockOn<'a>>,
    known: Known,
}

/// Looks at a run.
type AfterEach<'a> = dyn FnMut(&Ran) + 'a;

/// Runs a future to its end.
type BlockOn<'a> = dyn FnMut(Pin<Box<dyn Future<Output = ()> + '_>>) + 'a;

/// How far the search goes.
#[derive(Clone, Copy, Debug)]
struct Limits {
    runs: usize,
    /// Whether that many runs are asked for, and it is well if there would be more.
    is_bounded: bool,
    faults: usize,
    panics: bool,
    panics_while_unwinding: bool,
}

/// What is wrong, and what is not.
#[derive(Clone, Copy, Debug)]
struct Rules {
    lifo: bool,
    may_recover: bool,
}

impl<'a> Exhaust<'a> {
    /// All that is said above, up to pairs of faults. If 10,000 runs are not enough for that, it is
    /// reported.
    pub fn new() -> Self {
        Exhaust {
            limits: Limits {
                runs: 10_000,
                is_bounded: false,
                faults: 2,
                panics: true,
                panics_while_unwinding: false,
            },
            rules: Rules {
                lifo: false,
                may_recover: false,
            },
            hangs_after: Duration::from_secs(60),
            leaks: None,
            after_each: None,
            block_on: Box::new(drive::block_on),
            known: Known::default(),
        }
    }

    /// Has no more runs than that, and leaves out what would follow, which the [`Summary`] tells.
    pub fn at_most(mut self, runs: usize) -> Self {
        self.limits.runs = runs;
        self.limits.is_bounded = true;
        self
    }

    /// Has one thing go wrong in a run, and no pairs.
    pub fn singly(self) -> Self {
        self.together(1)
    }

    /// Has up to so many things go wrong in a run, and not only two. Each more multiplies the runs by
    /// the number of places there are.
    ///
    /// ```
    /// use guard_core::testing::{Exhaust, Faults, Injected};
    ///
    /// /// Gives up the third time.
    /// fn tries_again(faults: &Faults) -> Result<(), Injected> {
    ///     let again = |_| faults.error_point("read");
    ///     faults.error_point("read").or_else(again).or_else(again)
    /// }
    /// let runs = |n| Exhaust::new().may_recover().together(n).check(tries_again).unwrap().runs();
    /// assert_eq!([runs(0), runs(1), runs(2), runs(3)], [1, 2, 3, 4]);
    /// ```
    pub fn together(mut self, faults: usize) -> Self {
        self.limits.faults = faults;
        self
    }

    /// Has no site panic.
    pub fn without_panics(mut self) -> Self {
        self.limits.panics = false;
        self
    }

    /// Has sites panic also while another panic is unwinding. That aborts the process, unless it is
    /// caught, as it is in an exit half of ours.
    pub fn panics_while_unwinding(mut self) -> Self {
        self.limits.panics_while_unwinding = true;
        self
    }

    /// Asks for resources to be closed last in, first out.
    pub fn lifo(mut self) -> Self {
        self.rules.lifo = true;
        self
    }

    /// Lets the scenario succeed although something has gone wrong, as it may if it tries again or
    /// has something else in its stead. Nor are errors told as lost then: who tries again returns the last
    /// one alone.
    pub fn may_recover(mut self) -> Self {
        self.rules.may_recover = true;
        self
    }

    /// Takes a run for one that hangs when it lasts longer than that, instead of a minute. Then
    /// [`run`](Self::run) kills the process and tells which run it was; [`check`](Self::check) waits.
    ///
    /// ```no_run
    /// use guard_core::testing::{Exhaust, Faults, Injected};
    /// use std::{thread, time::Duration};
    ///
    /// fn waits_for_its_thread(faults: &Faults) -> Result<(), Injected> {
    ///     let (stop, stopped) = std::sync::mpsc::channel::<()>();
    ///     thread::scope(|scope| {
    ///         scope.spawn(move || stopped.recv());
    ///         faults.point("work")?; // leaves without telling it to stop
    ///         stop.send(()).ok();
    ///         Ok(())
    ///     })
    /// }
    /// Exhaust::new().hangs_after(Duration::from_secs(2)).run(waits_for_its_thread);
    /// ```
    pub fn hangs_after(mut self, limit: Duration) -> Self {
        self.hangs_after = limit;
        self
    }

    /// Compares this before and after each run. Without it that is what [`LeakCheck::default`] looks at
    /// in [`run`](Self::run), and nothing in [`check`](Self::check), which other tests may run beside.
    pub fn leaks(mut self, leaks: LeakCheck) -> Self {
        self.leaks = Some(leaks);
        self
    }

    /// Calls `check` after each run. Its panics are part of the report.
    ///
    /// ```
    /// use guard_core::testing::{Exhaust, Faults, Injected, Outcome};
    /// use std::cell::RefCell;
    ///
    /// /// All of it is written, or nothing.
    /// fn write(file: &mut Vec<u8>, faults: &Faults) -> Result<(), Injected> {
    ///     let mut written = Vec::new();
    ///     for byte in *b"abc" {
    ///         faults.point("write")?;
    ///         written.push(byte);
    ///     }
    ///     file.extend(written);
    ///     Ok(())
    /// }
    ///
    /// let file = RefCell::default();
    /// Exhaust::new()
    ///     .after_each(|ran| {
    ///         let expected: &[u8] = if *ran.outcome() == Outcome::Completed { b"abc" } else { b"" };
    ///         assert_eq!(file.take(), expected);
    ///     })
    ///     .run(|faults| write(&mut file.borrow_mut(), faults));
    /// ```
    pub fn after_each(mut self, check: impl FnMut(&Ran) + 'a) -> Self {
        self.after_each = Some(Box::new(check));
        self
    }

    /// Has `block_on` run the future of an async scenario, instead of a loop that needs no runtime.
    /// It is called anew for each run, and so a runtime that it makes is one for each run.
    ///
    /// ```
    /// use guard_core::testing::{Exhaust, Faults};
    /// use std::io;
    ///
    /// async fn scenario(faults: &Faults) -> io::Result<()> {
    ///     faults.async_resource("socket").map_err(io::Error::from).with(async |_| ()).await
    /// }
    /// let runtime = tokio::runtime::Runtime::new()?;
    /// Exhaust::new().block_on(|future| runtime.block_on(future)).run_async(scenario);
    /// # io::Result::Ok(())
    /// ```
    pub fn block_on(
        mut self,
        block_on: impl FnMut(Pin<Box<dyn Future<Output = ()> + '_>>) + 'a,
    ) -> Self {
        self.block_on = Box::new(block_on);
        self
    }

    /// Runs the future of an async scenario in a runtime of tokio, on this thread, with a new one for
    /// each run. Needs the feature `tokio`.
    ///
    /// Tasks that the scenario has left are dropped with the runtime, once the tracker's books are
    /// balanced or have not been for a tenth of a second. A resource that is closed no sooner than that
    /// is reported.
    ///
    /// # Panics
    ///
    /// When run, if there cannot be a runtime, as within another one.
    #[cfg(feature = "tokio")]
    pub fn tokio(self) -> Self {
        self.block_on(|future| {
            let within = tokio::runtime::Handle::try_current().is_ok();
            assert!(
                !within,
                "a runtime of tokio is running on this thread already\nhelp: make it a `#[test]`, as `tokio()` starts a runtime for each run"
            );
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().build();
            runtime.expect("a runtime of tokio").block_on(future);
        })
    }

    /// Runs the scenario in a process of its own.
    ///
    /// # Panics
    ///
    /// With a [`Report`], if anything goes wrong in any run.
    #[track_caller]
    pub fn run<R: Ended>(self, scenario: impl FnMut(&Faults) -> R) {
        elsewhere(self.hangs_after, || self.alone().check(scenario));
    }

    /// As [`run`](Self::run), for a scenario that is async.
    ///
    /// After each run the executor goes on for a while if a resource is open, so that an exit half that
    /// was handed to it can come to its end.
    ///
    /// # Panics
    ///
    /// With a [`Report`], if anything goes wrong in any run.
    #[track_caller]
    pub fn run_async<R: Ended>(self, scenario: impl AsyncFnMut(&Faults) -> R) {
        elsewhere(self.hangs_after, || self.alone().check_async(scenario));
    }

    /// Runs the scenario here, and gives the report instead of panicking.
    ///
    /// Whatever else happens in this process meanwhile is taken for the scenario's, in checks of
    /// [`leaks`](Self::leaks); what is lost on threads that are nobody's may be its own, and is then not
    /// missed; and a panic that aborts is not caught.
    ///
    /// # Errors
    ///
    /// What has gone wrong.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::{Exhaust, Faults, Injected};
    ///
    /// fn leaky(faults: &Faults) -> Result<(), Injected> {
    ///     let socket = faults.tracker().handle("socket");
    ///     faults.point("read")?; // leaves without closing
    ///     socket.close();
    ///     Ok(())
    /// }
    /// let report = Exhaust::new().check(leaky).unwrap_err();
    /// assert_eq!(report.plans().next().unwrap().to_string(), "read#1=error");
    /// assert!(report.to_string().contains("`socket`"));
    /// ```
    pub fn check<R: Ended>(
        mut self,
        mut scenario: impl FnMut(&Faults) -> R,
    ) -> Result<Summary, Report> {
        self.search(|run, _| End::of(|| scenario(&Faults::of(run.clone()))))
    }

    /// As [`check`](Self::check), for a scenario that is async.
    ///
    /// # Errors
    ///
    /// What has gone wrong.
    pub fn check_async<R: Ended>(
        mut self,
        mut scenario: impl AsyncFnMut(&Faults) -> R,
    ) -> Result<Summary, Report> {
        self.search(|run, block_on| drive::drive(run, block_on, &mut scenario))
    }

    /// With the leak checks that need a process of their own.
    fn alone(mut self) -> Self {
        self.leaks
            .get_or_insert_with(|| LeakCheck::default().patience(PATIENCE));
        self
    }

    fn search(
        &mut self,
        mut once: impl FnMut(&Arc<Run>, &mut BlockOn<'a>) -> End,
    ) -> Result<Summary, Report> {
        let mut search = Search::new(self.limits, replayed());
        while let Some(plan) = search.next() {
            isolated::note(&search.in_progress(&plan));
            let (ran, findings) = self.run_once(search.runs(), &plan, &mut once);
            search.learn(&ran, findings);
        }
        search.finish()
    }
}

impl Default for Exhaust<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Exhaust<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exhaust")
            .field("limits", &self.limits)
            .field("rules", &self.rules)
            .field("leaks", &self.leaks)
            .finish_non_exhaustive()
    }
}

/// Makes the runs in a process of their own, unless one is replayed, and panics with the report here.
#[track_caller]
fn elsewhere(hangs_after: Duration, check: impl FnOnce() -> Result<Summary, Report>) {
    let checked = || check().map(drop).map_err(|report| report.to_string());
    if replayed().is_some() {
        checked().unwrap_or_else(|message| panic!("{message}"));
    } else {
        let wishes = Wishes {
            stalls_after: Some(hangs_after),
            ..Wishes::default()
        };
        isolated::run(wishes, checked);
    }
}

/// The plan that is to be run alone.
fn replayed() -> Option<Plan> {
    let plan = env::var(REPLAY).ok()?;
    Some(
        plan.parse()
            .unwrap_or_else(|error| panic!("in `{REPLAY}`: {error}")),
    )
}
