use core::convert::Infallible;
use core::fmt;
use std::boxed::Box;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::vec::Vec;

use super::{Shared, SharedRef};
use crate::guard::Guard;
use crate::lost::{self, Loss};
use crate::{Exit, Failure, Plain, Returns, context_manager, panics, raw, yield_point};

/// A fixture that is entered by the first test that uses it, and exited when the process ends.
///
/// Made by [`Shared::until_exit`]. The process is a user like any other, which comes with the first
/// and leaves when it ends: then the exit half is told the worst outcome of all the tests. Several
/// fixtures are left in the opposite order of that in which they were entered.
///
/// # What cannot be had
///
/// - The tests are over when the exit half runs. Its error, or its panic, goes to the hook of
///   [`on_lost_error`](crate::on_lost_error), and the exit status stays what it is. To have the
///   process fail, a hook may call [`std::process::abort`]; it must not call
///   [`exit`](std::process::exit), which has been called already.
/// - The exit half runs by C's `atexit`, on the thread that ends the process. Thread locals that have
///   a destructor are gone, which goes for [`std::thread::current`] too.
/// - A process that aborts, is killed, or ends by `_exit` runs nothing. Under `cargo nextest` every
///   test is a process, and so enters and exits a fixture of its own; a test that times out there
///   is killed.
/// - A thread that still uses the fixture when the process ends keeps it: the exit half runs if that
///   thread leaves before everything is over, and else it does not.
///
/// # Examples
///
/// ```
/// use guard_core::testing::{Shared, TempDir, UntilExit, temp_dir};
/// use guard_core::within;
/// use std::io;
///
/// static CACHE: UntilExit<io::Result<TempDir>> = Shared::new(|| temp_dir().enter()).until_exit();
///
/// #[within(cache = CACHE.lend()?)]
/// # /*
/// #[test]
/// # */
/// fn the_cache_is_there() -> io::Result<()> {
///     assert!(cache.is_dir());
///     Ok(())
/// }
/// # the_cache_is_there().unwrap();
/// ```
pub struct UntilExit<S: Returns>(Shared<S>);

impl<S: Returns> UntilExit<S> {
    pub(super) const fn new(shared: Shared<S>) -> Self {
        UntilExit(shared)
    }
}

impl<T: Send + Sync + 'static> UntilExit<Plain<T>> {
    /// Lends the value: [`Shared::lend`], but that the last test to leave does not exit.
    ///
    /// # Panics
    ///
    /// As [`Shared::lend`], and on a system where nothing can be had to run at exit.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::{Shared, UntilExit};
    /// use guard_core::{Plain, context_manager, yield_point};
    ///
    /// #[context_manager]
    /// fn counted() -> u32 {
    ///     println!("once");
    ///     yield_point!(7);
    /// }
    ///
    /// static COUNTED: UntilExit<Plain<u32>> = Shared::new(|| counted().enter()).until_exit();
    /// assert_eq!(COUNTED.lend().with(|n| **n), 7);
    /// assert_eq!(COUNTED.lend().with(|n| **n), 7);
    /// ```
    #[context_manager(crate = crate)]
    pub fn lend(&'static self) -> SharedRef<'static, Plain<T>> {
        let Ok(shared) = self
            .0
            .join(|| Ok::<_, Infallible>((self.0.enter)()), retain);
        let exit = yield_point!(shared);
        shared.leave(exit);
    }
}

impl<T: Send + Sync + 'static, E: Failure> UntilExit<Result<T, E>> {
    /// As for a fixture that cannot fail.
    ///
    /// # Errors
    ///
    /// What the enter half fails with; the next user tries anew. Errors of the exit half go to the
    /// hook of [`on_lost_error`](crate::on_lost_error).
    ///
    /// # Panics
    ///
    /// As [`Shared::lend`], and on a system where nothing can be had to run at exit.
    ///
    /// # Examples
    ///
    /// See [`UntilExit`].
    #[context_manager(crate = crate)]
    pub fn lend(&'static self) -> Result<SharedRef<'static, Result<T, E>>, E> {
        let shared = self.0.join(|| (self.0.enter)(), retain)?;
        let exit = yield_point!(shared);
        shared.leave(exit)
    }
}

impl<S: Returns> fmt::Debug for UntilExit<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UntilExit").finish_non_exhaustive()
    }
}

type Leave = Box<dyn FnOnce() + Send>;

/// What leaves at the end of the process, the last to be the first. `None` when that is over.
static USES: Mutex<Option<Vec<Leave>>> = Mutex::new(Some(Vec::new()));

/// Makes the process a user. Where it has left already, whoever enters then exits as well.
fn retain<S>(shared: SharedRef<'static, S>)
where
    S: Returns + 'static,
    SharedRef<'static, S>: Send,
{
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    assert!(
        *REGISTERED.get_or_init(|| raw::at_exit(leave_all)),
        "this system runs nothing when a process ends\n\nhelp: remove `.until_exit()`, and the last user exits"
    );
    let mut uses = USES.lock().unwrap_or_else(PoisonError::into_inner);
    match &mut *uses {
        Some(uses) => uses.push(Box::new(|| leave_at_exit(shared))),
        None => {
            drop(uses);
            leave_at_exit(shared);
        }
    }
}

/// A half that runs here may have others entered.
extern "C" fn leave_all() {
    while let Some(leave) = next() {
        // What the fixture itself fails with has been told to the hook.
        if let Err(payload) = panics::catch(leave) {
            payload.discard();
        }
    }
}

fn next() -> Option<Leave> {
    let mut uses = USES.lock().unwrap_or_else(PoisonError::into_inner);
    let next = uses.as_mut()?.pop();
    if next.is_none() {
        *uses = None;
    }
    next
}

fn leave_at_exit<S: Returns>(shared: SharedRef<'static, S>) {
    shared.leave_to(Exit::Completed, |guard, exit| {
        let name = Guard::name(&guard);
        match panics::catch(|| S::ended(Guard::exit_with(guard, exit))) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => lost::report(name, Loss::Error(&error), exit),
            Err(payload) => payload.report(name, exit),
        }
    });
}
