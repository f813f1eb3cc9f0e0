//! `ExitStack`, for a number of resources that is known only at run time.

mod errors;
mod key;
mod scope;
mod unwind;
mod verdict;

use alloc::vec::Vec;
use core::fmt;
use core::mem;

use self::scope::Scope;
use self::unwind::unwind;
use crate::context::Body;
use crate::exit::Exit;
use crate::manager::ContextManager;
use crate::panics;
use crate::raw::Entries;
use crate::returns::Returns;

pub use self::errors::ExitErrors;
pub use self::key::Key;
pub use self::scope::Substitute;
#[cfg(feature = "std")]
pub(crate) use self::unwind::Unwinding;
pub(crate) use self::unwind::Unwound;
pub use self::verdict::{Collectable, Entry, ExitResult, Verdict};
pub(crate) use self::verdict::{Collected, Left};

/// A stack of contexts and of functions to be called in the end, last in first out: for a number
/// of resources that is known only at run time.
///
/// Every entry runs, whatever the others do, and **all** errors are returned. An entry is told how
/// the body ended, or with what an entry after it has failed, exactly as if the contexts were
/// nested by hand.
///
/// ```
/// use guard_core::{ExitStack, context_manager, yield_point};
/// use std::{fs, io, path::Path};
///
/// #[context_manager]
/// fn scratch(path: &Path) -> io::Result<fs::File> {
///     yield_point!(fs::File::create(path)?);
///     fs::remove_file(path)
/// }
///
/// # let dir = tempfile::tempdir()?;
/// # let paths = ["a", "b", "c"].map(|name| dir.path().join(name));
/// use std::io::Write;
///
/// let bytes = ExitStack::scope(|stack| {
///     let mut files = stack.enter_all(paths.iter().map(|path| scratch(path)))?;
///     for file in &mut files {
///         file.write_all(b"hello")?;
///     }
///     io::Result::Ok(files.len() * 5)
/// });
/// assert_eq!(bytes.unwrap(), 15);
/// # assert_eq!(dir.path().read_dir()?.count(), 0);
/// # io::Result::Ok(())
/// ```
///
/// It can be a field of a struct, and be returned from the function that filled it. Its values stay
/// reachable through a [`Key`], as what [`enter`](ExitStack::enter) gives is borrowed from it:
///
/// ```
/// use guard_core::{ExitErrors, ExitStack, Guard, Key, context_manager, yield_point};
/// use std::{io, path::PathBuf};
///
/// #[context_manager]
/// fn scratch_dir() -> io::Result<PathBuf> {
///     let dir = tempfile::tempdir()?;
///     yield_point!(dir.path().to_owned());
///     dir.close()
/// }
///
/// struct Workspace {
///     stack: ExitStack<'static>,
///     dirs: Vec<Key<Guard<PathBuf, io::Result<()>>>>,
/// }
///
/// impl Workspace {
///     fn new(count: usize) -> io::Result<Self> {
///         let stack = ExitStack::new();
///         let dirs = (0..count)
///             .map(|_| Ok(stack.hold(scratch_dir().enter()?))) // an error here removes the others
///             .collect::<io::Result<_>>()?;
///         Ok(Workspace { stack, dirs })
///     }
///
///     fn close(self) -> Result<(), ExitErrors> {
///         self.stack.close()
///     }
/// }
///
/// let mut workspace = Workspace::new(3)?;
/// std::fs::write(workspace.stack[&workspace.dirs[0]].join("draft"), "text")?;
///
/// // One of them ends before the others.
/// let last = workspace.dirs.pop().expect("three");
/// Guard::exit(workspace.stack.take(last))?;
///
/// workspace.close().map_err(io::Error::other)
/// # ?; io::Result::Ok(())
/// ```
///
/// Dropped without having been closed, it unwinds all the same: entries see [`Exit::Dropped`], or
/// [`Exit::Panicked`] while a panic that began after the stack was made unwinds, and errors go to
/// the hook of [`on_lost_error`](crate::on_lost_error).
///
/// What entries borrow lives for `'a`, so they cannot borrow from each other: for a context that
/// needs the value of another, nest scopes, or give it the other's [`Guard`](crate::Guard).
///
/// The stack is `Send`, and so are its entries. One that [`ExitStack::local`] has made takes
/// entries that are not, such as one that holds a `MutexGuard`, and is not `Send`.
///
/// For contexts and functions that have to be awaited there is
/// [`AsyncExitStack`](crate::AsyncExitStack).
///
/// The idea is that of Python's `contextlib.ExitStack`.
#[must_use = "a stack that is dropped unwinds at once: keep it with `let`, or write `.close()?` to be given its errors"]
pub struct ExitStack<'a, K = Sendable> {
    entries: Entries<'a, K>,
    made_panicking: bool,
}

/// An [`ExitStack`] for entries that cannot leave their thread, made by [`ExitStack::local`].
///
/// ```
/// use guard_core::{ExitStack, LocalExitStack};
/// use std::sync::Mutex;
///
/// fn lock_all<'a>(all: &'a [Mutex<u32>]) -> LocalExitStack<'a> {
///     let stack = ExitStack::local();
///     for mutex in all {
///         stack.adopt(mutex.lock(), |guard, _| drop(guard));
///     }
///     stack
/// }
///
/// let all = [Mutex::new(1), Mutex::new(2)];
/// let stack = lock_all(&all);
/// assert!(all[0].try_lock().is_err());
/// stack.close()?;
/// assert!(all[0].try_lock().is_ok());
/// # Ok::<(), guard_core::ExitErrors>(())
/// ```
pub type LocalExitStack<'a> = ExitStack<'a, Local>;

/// Says of an [`ExitStack`] that its entries are `Send`. It has no values.
#[derive(Debug)]
pub enum Sendable {}

/// Says of an [`ExitStack`] that it stays on its thread. It has no values.
#[derive(Debug)]
pub enum Local {}

/// Whether a kind of [`ExitStack`] takes entries with a `T` in them: [`Sendable`] if `T` is `Send`,
/// [`Local`] always.
#[diagnostic::on_unimplemented(
    message = "an entry of this stack cannot leave its thread, but has to",
    label = "`{T}` is not `Send`",
    note = "help: make the stack with `local()` or `local_scope(..)`, in the place of `new()` or `scope(..)`"
)]
pub trait Admits<T>: OfAStack {}

#[diagnostic::do_not_recommend]
impl<T: Send> Admits<T> for Sendable {}

#[diagnostic::do_not_recommend]
impl<T> Admits<T> for Local {}

/// A kind of which no entry has to stay on its thread, so that the stack need not either.
#[diagnostic::on_unimplemented(
    message = "a local `ExitStack` cannot leave its thread",
    label = "has a stack that `ExitStack::local()` has made",
    note = "help: make the stack with `ExitStack::new()`, which takes what can leave its thread"
)]
pub(crate) trait Leaves: OfAStack {}

#[diagnostic::do_not_recommend]
impl Leaves for Sendable {}

mod sealed {
    /// A kind of stack.
    pub trait OfAStack {}
    impl OfAStack for super::Sendable {}
    impl OfAStack for super::Local {}
}
pub(crate) use self::sealed::OfAStack;

impl ExitStack<'_> {
    /// A stack without entries. Nothing is allocated before there is one.
    pub fn new() -> Self {
        Self::empty()
    }

    /// Calls `body` with a stack, and unwinds it with the outcome of `body`.
    ///
    /// `body` gets the stack as `&mut`, so that it can give the entries away with
    /// [`pop_all`](ExitStack::pop_all).
    ///
    /// An entry may have said that it has [handled](Verdict::Handled) the error of `body`, which
    /// then has nothing to return: `Q::default()` stands for that. Let `body` return an `Option`
    /// where there is no other default, or where it makes a difference.
    ///
    /// # Errors
    ///
    /// What `body` has failed with, and what the entries have failed with.
    ///
    /// # Panics
    ///
    /// When `body` or an entry panics, after all entries have run. Of several panics, the others
    /// go to the hook of [`on_lost_error`](crate::on_lost_error), and so do errors that a panic
    /// keeps from being returned.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{ExitStack, Exit};
    ///
    /// let failed = ExitStack::scope(|stack| {
    ///     stack.push(|exit| {
    ///         assert!(exit.failure().is_some_and(|error| error.is::<std::num::ParseIntError>()));
    ///     });
    ///     "seven".parse::<u8>()
    /// });
    /// assert!(failed.is_err());
    /// ```
    pub fn scope<Q, E>(body: impl FnOnce(&mut Self) -> Result<Q, E>) -> Result<Q, ExitErrors>
    where
        Q: Substitute,
        E: Collectable,
    {
        Scope(Self::empty()).run(body)
    }
}

impl LocalExitStack<'_> {
    /// A stack without entries, which takes also what cannot leave its thread.
    pub fn local() -> Self {
        Self::empty()
    }

    /// As [`ExitStack::scope`], with a stack that takes also what cannot leave its thread.
    ///
    /// # Errors
    ///
    /// As [`ExitStack::scope`].
    ///
    /// # Panics
    ///
    /// As [`ExitStack::scope`].
    pub fn local_scope<Q, E>(body: impl FnOnce(&mut Self) -> Result<Q, E>) -> Result<Q, ExitErrors>
    where
        Q: Substitute,
        E: Collectable,
    {
        Scope(Self::empty()).run(body)
    }
}

impl<'a, K> ExitStack<'a, K> {
    fn empty() -> Self {
        ExitStack {
            entries: Entries::new(),
            made_panicking: panics::panicking(),
        }
    }

    /// Enters a context, which exits when the stack unwinds, and gives what it lends.
    ///
    /// Room is made before the enter half runs, so that nothing can fail between acquiring and
    /// registering. When the enter half fails nothing is pushed.
    ///
    /// # Errors
    ///
    /// With a context that can fail: what its enter half fails with.
    ///
    /// # Panics
    ///
    /// When the enter half panics; nothing is pushed then.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{ExitStack, context_manager, yield_point};
    ///
    /// #[context_manager]
    /// fn account(balance: &mut i64) -> i64 {
    ///     let mut draft = *balance;
    ///     if yield_point!(draft).is_completed() {
    ///         *balance = draft;
    ///     }
    /// }
    ///
    /// let mut balances = [30, 0, 5];
    /// let stack = ExitStack::new();
    /// let accounts: Vec<_> = balances.iter_mut().map(|b| stack.enter(account(b))).collect();
    /// let mut sum = 0;
    /// for account in accounts {
    ///     sum += std::mem::take(account);
    /// }
    /// stack.close()?;
    /// assert_eq!((sum, balances), (35, [0; 3]));
    /// # Ok::<(), guard_core::ExitErrors>(())
    /// ```
    pub fn enter<C>(&self, context: C) -> Wrapped<C, &mut C::Value>
    where
        C: ContextManager<Value: 'a, Returns: Returns<Error: Collectable> + 'a>,
        Frame<C>: 'a,
        K: Admits<Frame<C>> + Admits<<C::Returns as Returns>::Value>,
    {
        C::Returns::wrap(self.entries.enter(|| context.into_context().start()))
    }

    /// Enters one context after the other.
    ///
    /// When one of them fails, those that have been entered stay on the stack, as with
    /// [`enter`](ExitStack::enter).
    ///
    /// # Errors
    ///
    /// With contexts that can fail: what the first one fails with that does.
    ///
    /// # Panics
    ///
    /// When an enter half panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{ExitStack, context_manager, yield_point};
    ///
    /// #[context_manager]
    /// fn number(text: &str) -> Result<u32, std::num::ParseIntError> {
    ///     yield_point!(text.parse()?);
    ///     Ok(())
    /// }
    ///
    /// let stack = ExitStack::new();
    /// let numbers = stack.enter_all(["1", "2"].map(number))?;
    /// assert_eq!(*numbers[0] + *numbers[1], 3);
    /// assert!(stack.enter_all(["3", "four", "5"].map(number)).is_err());
    /// assert_eq!(stack.len(), 3);
    /// # Ok::<(), std::num::ParseIntError>(())
    /// ```
    pub fn enter_all<C>(
        &self,
        contexts: impl IntoIterator<Item = C>,
    ) -> Wrapped<C, Vec<&mut C::Value>>
    where
        C: ContextManager<Value: 'a, Returns: Returns<Error: Collectable> + 'a>,
        Frame<C>: 'a,
        K: Admits<Frame<C>> + Admits<<C::Returns as Returns>::Value>,
    {
        let enter = |context: C| self.entries.enter(|| context.into_context().start());
        C::Returns::wrap(contexts.into_iter().map(enter).collect())
    }

    /// Has `callback` called when the stack unwinds.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::ExitStack;
    ///
    /// let mut order = Vec::new();
    /// let orders = std::cell::RefCell::new(&mut order);
    /// let stack = ExitStack::local();
    /// for n in 1..=3 {
    ///     let orders = &orders;
    ///     stack.callback(move || orders.borrow_mut().push(n));
    /// }
    /// stack.close()?;
    /// assert_eq!(order, [3, 2, 1]);
    /// # Ok::<(), guard_core::ExitErrors>(())
    /// ```
    #[inline]
    pub fn callback<F>(&self, callback: F)
    where
        F: FnOnce() + 'a,
        K: Admits<F>,
    {
        self.entries.callback(callback);
    }

    /// As [`callback`](ExitStack::callback), for a function that can fail. Its error is one of
    /// those that [`close`](ExitStack::close) returns.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::ExitStack;
    ///
    /// let stack = ExitStack::new();
    /// stack.try_callback(|| std::fs::remove_file("a file that is not there"));
    /// assert!(stack.close().unwrap_err().first().is::<std::io::Error>());
    /// ```
    #[inline]
    pub fn try_callback<F, E>(&self, callback: F)
    where
        F: FnOnce() -> Result<(), E> + 'a,
        E: Collectable,
        K: Admits<F>,
    {
        self.entries.callback(callback);
    }

    /// Has `on_exit` called when the stack unwinds, and told how the body ended.
    ///
    /// It may return nothing, a [`Verdict`], which says whether it has handled the error, or a
    /// `Result` of either, whose error is one of those that [`close`](ExitStack::close) returns.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{Exit, ExitStack};
    ///
    /// let committed = std::sync::Mutex::new(None);
    /// let stack = ExitStack::new();
    /// stack.push(|exit| *committed.lock().unwrap() = Some(exit.is_completed()));
    /// drop(stack);
    /// assert_eq!(*committed.lock().unwrap(), Some(false));
    /// ```
    #[inline]
    pub fn push<F, R>(&self, on_exit: F)
    where
        F: FnOnce(Exit<'_>) -> R + 'a,
        R: ExitResult,
        K: Admits<F>,
    {
        self.entries.push(on_exit);
    }

    /// Takes over `value`, which is given to `on_exit` when the stack unwinds, and lends it until
    /// then. `on_exit` may return what that of [`push`](ExitStack::push) may.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::ExitStack;
    /// use std::process::Command;
    ///
    /// let stack = ExitStack::new();
    /// let child = stack.adopt(Command::new("sleep").arg("60").spawn()?, |mut child, _| {
    ///     let killed = child.kill();
    ///     child.wait()?; // also if it could not be killed
    ///     killed
    /// });
    /// assert!(child.try_wait()?.is_none());
    /// stack.close().map_err(std::io::Error::other)?;
    /// # std::io::Result::Ok(())
    /// ```
    #[inline]
    pub fn adopt<T, F, R>(&self, value: T, on_exit: F) -> &mut T
    where
        T: 'a,
        F: FnOnce(T, Exit<'_>) -> R + 'a,
        R: ExitResult,
        K: Admits<T> + Admits<F>,
    {
        self.entries.adopt(value, on_exit)
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Moves all entries to a new stack; nothing runs. [Keys](Key) of theirs fit the new one.
    ///
    /// # Examples
    ///
    /// All or none, and those that were acquired see the error:
    ///
    /// ```
    /// use guard_core::{ExitErrors, ExitStack, context_manager, yield_point};
    ///
    /// #[context_manager]
    /// fn number(text: &'static str) -> Result<u32, std::num::ParseIntError> {
    ///     yield_point!(text.parse()?);
    ///     Ok(())
    /// }
    ///
    /// fn numbers(texts: &[&'static str]) -> Result<ExitStack<'static>, ExitErrors> {
    ///     ExitStack::scope(|stack| {
    ///         stack.enter_all(texts.iter().map(|text| number(text)))?;
    ///         Ok::<_, std::num::ParseIntError>(stack.pop_all())
    ///     })
    /// }
    ///
    /// assert_eq!(numbers(&["1", "2"])?.len(), 2);
    /// assert!(numbers(&["1", "two"]).is_err());
    /// # Ok::<(), ExitErrors>(())
    /// ```
    pub fn pop_all(&mut self) -> Self {
        mem::replace(self, Self::empty())
    }

    /// A stack for a part of the way, which borrows this one: nothing can be entered here before
    /// that one has unwound, so that entries exit in the reverse of the order in which they were
    /// entered over both stacks.
    ///
    /// Values that this stack has lent cannot be in use meanwhile. Where they are,
    /// [`ExitStack::new`] makes a stack that knows nothing of this one.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{ExitErrors, ExitStack};
    ///
    /// let mut outer = ExitStack::new();
    /// outer.callback(|| println!("second"));
    /// let inner = outer.inner();
    /// inner.callback(|| println!("first"));
    /// inner.close()?;
    /// outer.close()?;
    /// # Ok::<(), ExitErrors>(())
    /// ```
    pub fn inner(&mut self) -> ExitStack<'_, K> {
        ExitStack::empty()
    }

    /// Runs all entries, which are told that all went well.
    ///
    /// # Errors
    ///
    /// What the entries have failed with, all of it, up to an entry that says the error was
    /// [handled](Verdict::Handled).
    ///
    /// # Panics
    ///
    /// When an entry panics, after all of them have run. Of several panics, the others go to the
    /// hook of [`on_lost_error`](crate::on_lost_error), and so do errors that a panic keeps from
    /// being returned. In a destructor that runs while a panic unwinds which began after the
    /// stack was made, all panics go there.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::ExitStack;
    ///
    /// let stack = ExitStack::new();
    /// stack.try_callback(|| Err("first in"));
    /// stack.callback(|| println!("runs all the same"));
    /// stack.try_callback(|| Err("last in"));
    /// assert_eq!(stack.close().unwrap_err().to_string(), "2 errors: last in; first in");
    /// ```
    pub fn close(self) -> Result<(), ExitErrors> {
        self.close_with(Exit::Completed).map(drop)
    }

    /// Runs all entries, which are told an outcome that the caller knows.
    ///
    /// Gives how things stand afterwards: `exit` itself, or `Completed` where that was an error
    /// and an entry has [handled](Verdict::Handled) it.
    ///
    /// # Errors
    ///
    /// What the entries have failed with. With [`Exit::Panicked`] and [`Exit::Dropped`] their
    /// errors go to the hook of [`on_lost_error`](crate::on_lost_error) instead, as a caller who
    /// unwinds or leaves has no use for them. Whether an entry has handled the error of `exit` is
    /// not told here; [`scope`](ExitStack::scope) returns that error too, unless it was.
    ///
    /// # Panics
    ///
    /// As [`close`](ExitStack::close).
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{Exit, ExitStack, Verdict};
    ///
    /// let stack = ExitStack::new();
    /// stack.push(|exit| assert!(exit.is_completed()));
    /// stack.push(|_| Verdict::Handled);
    /// stack.push(|exit| assert!(!exit.is_completed()));
    /// let after = stack.close_with(Exit::Failed(&"not found"))?;
    /// assert!(after.is_completed());
    /// # Ok::<(), guard_core::ExitErrors>(())
    /// ```
    pub fn close_with(mut self, exit: Exit<'_>) -> Result<Exit<'_>, ExitErrors> {
        let panics_go_on = self.made_panicking || !panics::panicking();
        let Unwound { body, errors } = unwind(&mut self.entries, exit, panics_go_on);
        let exits = errors.into_iter().map(Collected::into_error);
        ExitErrors::collect(None, exits).map(|()| body)
    }
}

/// Errors go to the hook; so do panics, if one is unwinding already.
impl<K> Drop for ExitStack<'_, K> {
    fn drop(&mut self) {
        if self.is_empty() {
            return;
        }
        let panicking = panics::panicking();
        let exit = if panicking && !self.made_panicking {
            Exit::Panicked
        } else {
            Exit::Dropped
        };
        unwind(&mut self.entries, exit, !panicking);
    }
}

impl Default for ExitStack<'_> {
    fn default() -> Self {
        ExitStack::new()
    }
}

impl Default for LocalExitStack<'_> {
    fn default() -> Self {
        ExitStack::local()
    }
}

impl<K> fmt::Debug for ExitStack<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExitStack")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

/// `Q` behind the failure of `C`.
type Wrapped<C, Q> = <<C as ContextManager>::Returns as Returns>::Wrapped<Q>;

/// The frame of `C`.
type Frame<C> = <<C as ContextManager>::Body as Body<<C as ContextManager>::Returns>>::Frame;
