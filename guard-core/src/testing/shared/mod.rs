//! Fixtures that tests share.

mod halves;
mod outcomes;
mod until_exit;

use core::convert::Infallible;
use core::fmt;
use std::ops::Deref;
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use self::halves::Turn;
use self::outcomes::{Outcome, Outcomes};
use crate::guard::Guard;
use crate::{Exit, Failure, Plain, Returns, context_manager, yield_point};

pub use self::outcomes::SharedFailure;
pub use self::until_exit::UntilExit;

/// A fixture that many tests use at once, with a teardown.
///
/// It is a `static`, made of a function that enters a context. `S` is what that context's function
/// returns, as it is written there: `io::Result<TempDir>`, or [`Plain<T>`] for a `T` that cannot fail.
/// The value is `Send` and [`Sync`], as tests on many threads see it; a `Mutex` makes it so.
///
/// The first test that [lends](Shared::lend) the value enters, and the last one to leave exits.
/// A test that comes later enters anew. Under parallel tests that is about once; to have it once,
/// with the teardown at the end of the process, there is [`until_exit`](Shared::until_exit).
///
/// Needs the feature `testing`.
///
/// # What the exit half is told
///
/// The worst of what its users ended with: [`Exit::Panicked`] if one of them panicked; else
/// [`Exit::Failed`] with a [`SharedFailure`] if one returned an error; else [`Exit::Dropped`] if one
/// was dropped, as those of [`enter!`](crate::enter) are; else [`Exit::Completed`].
///
/// # Several of them
///
/// The halves of a shared fixture may lend other ones, and a test may lend one that it has already.
/// Nothing is locked while a half runs; who comes meanwhile waits for its end, and blocks the thread
/// as long. A half that waits in this way for itself panics. One that waits for a thread of its own
/// making, which lends the same fixture, cannot be seen and waits for ever.
///
/// # Async
///
/// [`lend`](Shared::lend) is a context that is not async, and `#[within]` takes it on a
/// `#[tokio::test]` as well. What is shared must not be bound to the runtime of one test, which ends
/// with it: have the fixture start a runtime of its own.
///
/// # Examples
///
/// ```
/// use guard_core::testing::Shared;
/// use guard_core::{context_manager, within, yield_point};
/// use std::sync::Mutex;
/// # #[derive(Default)]
/// # struct Connection(Vec<String>);
/// # impl Connection {
/// #     fn open(_: &str) -> Result<Self, String> { Ok(Connection::default()) }
/// #     fn execute(&mut self, statement: &str) -> Result<(), String> { self.0.push(statement.into()); Ok(()) }
/// #     fn close(self) -> Result<(), String> { Ok(()) }
/// # }
///
/// #[context_manager]
/// fn database(name: &str) -> Result<Mutex<Connection>, String> {
///     let connection = Mutex::new(Connection::open(name)?);
///     yield_point!(connection);
///     connection.into_inner().map_err(|e| e.to_string())?.close()
/// }
///
/// static DB: Shared<Result<Mutex<Connection>, String>> =
///     Shared::new(|| database(":memory:").enter());
///
/// #[within(db = DB.lend()?)]
/// # /*
/// #[test]
/// # */
/// fn tables_can_be_made() -> Result<(), String> {
///     db.lock().unwrap().execute("create table t (n)")
/// }
/// # tables_can_be_made().unwrap();
/// ```
pub struct Shared<S: Returns> {
    enter: fn() -> S::Wrapped<GuardOf<S>>,
    entered: Mutex<Weak<Entered<S>>>,
}

type GuardOf<S> = Guard<<S as Returns>::Value, <S as Returns>::Output>;

/// One entering of it.
struct Entered<S: Returns> {
    guard: GuardOf<S>,
    outcomes: Mutex<Outcomes>,
}

impl<S: Returns> Entered<S> {
    fn note(&self, exit: Exit<'_>) {
        // Shown before the lock is taken: an error's `Debug` may do anything.
        let outcome = Outcome::of(exit);
        let mut outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        outcomes.add(outcome);
    }
}

impl<S: Returns> Shared<S> {
    /// Makes one of what enters it. Nothing is entered yet.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::{Shared, TempDir, temp_dir};
    /// use std::io;
    ///
    /// static DIR: Shared<io::Result<TempDir>> = Shared::new(|| temp_dir().enter());
    ///
    /// DIR.lend().with(|dir| assert!(dir.is_dir()))?;
    /// # io::Result::Ok(())
    /// ```
    pub const fn new(enter: fn() -> S::Wrapped<GuardOf<S>>) -> Self {
        Shared {
            enter,
            entered: Mutex::new(Weak::new()),
        }
    }

    /// Keeps it entered until the end of the process, which [`UntilExit`] says more of.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::{Shared, TempDir, UntilExit, temp_dir};
    /// use std::io;
    ///
    /// static DIR: UntilExit<io::Result<TempDir>> = Shared::new(|| temp_dir().enter()).until_exit();
    ///
    /// let path = DIR.lend().with(|dir| dir.path().to_owned())?;
    /// assert!(path.is_dir());
    /// # io::Result::Ok(())
    /// ```
    #[must_use]
    pub const fn until_exit(self) -> UntilExit<S> {
        UntilExit::new(self)
    }

    /// Enters with `enter`, unless that has been done. What has been entered is told to `entered`.
    fn join<'s, E>(
        &'s self,
        enter: impl FnOnce() -> Result<GuardOf<S>, E>,
        entered: impl FnOnce(SharedRef<'s, S>),
    ) -> Result<SharedRef<'s, S>, E> {
        let _turn = match Turn::unless(self.address(), || self.entered().upgrade()) {
            Ok(entered) => return Ok(SharedRef::new(self, entered)),
            Err(turn) => turn,
        };
        let shared = Arc::new(Entered {
            guard: enter()?,
            outcomes: Mutex::default(),
        });
        entered(SharedRef::new(self, Arc::clone(&shared)));
        *self.entered() = Arc::downgrade(&shared);
        Ok(SharedRef::new(self, shared))
    }

    fn entered(&self) -> MutexGuard<'_, Weak<Entered<S>>> {
        self.entered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn address(&self) -> usize {
        ptr::from_ref(self).addr()
    }
}

/// Lends what cannot fail.
impl<T> Shared<Plain<T>> {
    /// Lends the value to a test: a context for [`#[within]`](macro@crate::within) and every other
    /// form.
    ///
    /// The first user enters, and those who come meanwhile wait. The last user exits.
    ///
    /// # Panics
    ///
    /// When the half that is run panics, or would wait for itself. After the panic of an enter half
    /// the next user enters anew.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::Shared;
    /// use guard_core::{Plain, context_manager, within, yield_point};
    /// use std::sync::atomic::{AtomicU16, Ordering};
    ///
    /// #[context_manager]
    /// fn ports() -> AtomicU16 {
    ///     yield_point!(AtomicU16::new(7000));
    /// }
    ///
    /// static PORTS: Shared<Plain<AtomicU16>> = Shared::new(|| ports().enter());
    ///
    /// #[within(ports = PORTS.lend())]
    /// # /*
    /// #[test]
    /// # */
    /// fn every_test_has_a_port_of_its_own() {
    ///     assert!(ports.fetch_add(1, Ordering::Relaxed) >= 7000);
    /// }
    /// # every_test_has_a_port_of_its_own();
    /// ```
    #[context_manager(crate = crate)]
    pub fn lend(&self) -> SharedRef<'_, Plain<T>> {
        let Ok(shared) = self.join(|| Ok::<_, Infallible>((self.enter)()), |_| {});
        let exit = yield_point!(shared);
        shared.leave(exit);
    }
}

/// Lends what can fail.
impl<T, E: Failure> Shared<Result<T, E>> {
    /// As for a fixture that cannot fail.
    ///
    /// # Errors
    ///
    /// What the half that is run fails with: the enter half for the first user, the exit half for
    /// the last. Others have no part in it. After a failure to enter, whoever is next tries anew.
    ///
    /// # Panics
    ///
    /// When the half that is run panics, or would wait for itself.
    ///
    /// # Examples
    ///
    /// See [`Shared`].
    #[context_manager(crate = crate)]
    pub fn lend(&self) -> Result<SharedRef<'_, Result<T, E>>, E> {
        let shared = self.join(|| (self.enter)(), |_| {})?;
        let exit = yield_point!(shared);
        shared.leave(exit)
    }
}

impl<S: Returns> fmt::Debug for Shared<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// What a [`Shared`] lends to each of its users. It derefs to the value.
///
/// ```
/// use guard_core::testing::{Shared, SharedRef, TempDir, temp_dir};
/// use std::io;
///
/// fn is_there(dir: &SharedRef<'_, io::Result<TempDir>>) -> bool {
///     dir.path().is_dir()
/// }
///
/// static DIR: Shared<io::Result<TempDir>> = Shared::new(|| temp_dir().enter());
/// assert!(DIR.lend().with(|dir| is_there(dir))?);
/// # io::Result::Ok(())
/// ```
pub struct SharedRef<'a, S: Returns> {
    shared: &'a Shared<S>,
    entered: Arc<Entered<S>>,
}

impl<'a, S: Returns> SharedRef<'a, S> {
    fn new(shared: &'a Shared<S>, entered: Arc<Entered<S>>) -> Self {
        SharedRef { shared, entered }
    }

    fn leave(self, exit: Exit<'_>) -> S::Output {
        let left = self.leave_to(exit, Guard::exit_with);
        left.unwrap_or_else(|| S::output(Ok(())))
    }

    /// Calls `last` if there is no other user, with what the exit half is to be told.
    fn leave_to<Q>(
        self,
        exit: Exit<'_>,
        last: impl FnOnce(GuardOf<S>, Exit<'_>) -> Q,
    ) -> Option<Q> {
        let SharedRef { shared, entered } = self;
        entered.note(exit);
        let (entered, _turn) = Turn::when(shared.address(), || Arc::into_inner(entered))?;
        let outcomes = entered.outcomes.into_inner();
        let outcomes = outcomes.unwrap_or_else(PoisonError::into_inner);
        Some(last(entered.guard, outcomes.exit()))
    }
}

impl<S: Returns> Deref for SharedRef<'_, S> {
    type Target = S::Value;

    fn deref(&self) -> &S::Value {
        &self.entered.guard
    }
}

impl<S: Returns<Value: fmt::Debug>> fmt::Debug for SharedRef<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedRef").field(&**self).finish()
    }
}
