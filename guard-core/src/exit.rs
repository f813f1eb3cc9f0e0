use core::any::{Any, TypeId};
use core::fmt;

/// How the body ended, as the exit half is told.
///
/// `yield_point!` evaluates to it. The idea is that of Python's `__exit__(type, value, traceback)`
/// and of the `ExitCase` of cats-effect, with early exits told apart from success.
///
/// ```
/// use guard_core::{Exit, context_manager, yield_point};
///
/// #[context_manager]
/// fn transaction(log: &mut Vec<&str>) {
///     log.push("begin");
///     match yield_point!() {
///         Exit::Completed => log.push("commit"),
///         _ => log.push("roll back"),
///     }
/// }
///
/// let mut log = Vec::new();
/// transaction(&mut log).with(|()| ());
/// assert_eq!(log, ["begin", "commit"]);
/// ```
///
/// `F` is what an error can be looked at as, and is not often written: an `async fn` is told an
/// [`AsyncExit`]. An exit that is made without saying for whom wants its type:
/// `let exit: Exit<'_> = ..`.
pub enum Exit<'e, F: ?Sized = dyn Failure> {
    /// The body ran to its end: `with` came back, `try_with` came back with `Ok`,
    /// [`Guard::exit`](crate::Guard::exit) was called, a `with!` block fell off its end.
    Completed,
    /// The body of `try_with` returned this error.
    Failed(&'e F),
    /// The body panicked. Guards that only drop can tell it from [`Dropped`](Exit::Dropped) only
    /// with the feature `std`.
    Panicked,
    /// The guard went out of scope in any other way: the end of the scope, `?`, `return`, `break`,
    /// a cancelled future.
    Dropped,
}

/// The [`Exit`] that an `async fn` is told. It can be held across `.await` in a future that is
/// `Send`, as its error can be looked at from any thread.
///
/// [`Exit::from`] makes a plain one of it, for a function that is meant for both:
///
/// ```
/// use guard_core::{AsyncExit, Exit};
///
/// fn log(exit: Exit<'_>) -> String {
///     format!("the body has {exit}")
/// }
/// let exit: AsyncExit<'_> = Exit::Failed(&"no space left");
/// assert_eq!(log(exit.into()), "the body has Failed");
/// ```
pub type AsyncExit<'e> = Exit<'e, dyn Failure + Send + Sync>;

impl<'e, F: ?Sized> Exit<'e, F> {
    /// Whether the body ran to its end.
    ///
    /// ```
    /// use guard_core::Exit;
    ///
    /// fn commits(exit: Exit<'_>) -> bool {
    ///     exit.is_completed()
    /// }
    /// assert!(commits(Exit::Completed));
    /// assert!(!commits(Exit::Dropped));
    /// ```
    #[must_use]
    pub fn is_completed(&self) -> bool {
        matches!(self, Exit::Completed)
    }

    /// The error with which the body failed, if that is how it ended.
    ///
    /// ```
    /// use guard_core::Exit;
    ///
    /// let exit: Exit<'_> = Exit::Failed(&"no space left");
    /// assert_eq!(exit.failure().and_then(|e| e.downcast_ref()), Some(&"no space left"));
    /// ```
    #[must_use]
    pub fn failure(&self) -> Option<&'e F> {
        match self {
            Exit::Failed(error) => Some(*error),
            _ => None,
        }
    }
}

impl<F: ?Sized> Clone for Exit<'_, F> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: ?Sized> Copy for Exit<'_, F> {}

impl<F: fmt::Debug + ?Sized> fmt::Debug for Exit<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Exit::Failed(error) => f.debug_tuple("Failed").field(error).finish(),
            outcome => fmt::Display::fmt(outcome, f),
        }
    }
}

impl<'e> From<AsyncExit<'e>> for Exit<'e> {
    #[inline(always)]
    fn from(exit: AsyncExit<'e>) -> Self {
        match exit {
            Exit::Completed => Exit::Completed,
            Exit::Failed(error) => Exit::Failed(error),
            Exit::Panicked => Exit::Panicked,
            Exit::Dropped => Exit::Dropped,
        }
    }
}

/// Of a body that has returned `result`.
///
/// ```
/// # #[cfg(feature = "alloc")]
/// # fn main() {
/// use guard_core::{Exit, Guard, context_manager, yield_point};
///
/// #[context_manager]
/// fn transaction() {
///     let exit = yield_point!();
///     println!("{}", if exit.is_completed() { "commit" } else { "roll back" });
/// }
///
/// let guard = transaction().enter();
/// let result: Result<u8, _> = "x".parse();
/// Guard::exit_with(guard, Exit::from(&result)); // rolls back
/// # }
/// # #[cfg(not(feature = "alloc"))]
/// # fn main() {}
/// ```
impl<'e, T, E: Failure> From<&'e Result<T, E>> for Exit<'e> {
    fn from(result: &'e Result<T, E>) -> Self {
        match result {
            Ok(_) => Exit::Completed,
            Err(error) => Exit::Failed(error),
        }
    }
}

/// Of a body that has returned `result`.
///
/// ```
/// # #[cfg(feature = "alloc")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use guard_core::{AsyncExit, AsyncGuard, context_manager, yield_point};
///
/// #[context_manager]
/// async fn transaction() {
///     let exit = yield_point!();
///     println!("{}", if exit.is_completed() { "commit" } else { "roll back" });
/// }
///
/// let guard = transaction().enter().await;
/// let result: Result<u8, _> = "x".parse();
/// AsyncGuard::exit_with(guard, AsyncExit::from(&result)).await; // rolls back
/// # }
/// # #[cfg(not(feature = "alloc"))]
/// # fn main() {}
/// ```
impl<'e, T, E: AsyncFailure> From<&'e Result<T, E>> for AsyncExit<'e> {
    fn from(result: &'e Result<T, E>) -> Self {
        match result {
            Ok(_) => Exit::Completed,
            Err(error) => Exit::Failed(error),
        }
    }
}

/// The outcome alone, as one word; the error of a failed body is there for [`Exit::failure`].
///
/// ```
/// use guard_core::Exit;
///
/// assert_eq!(format!("{:>9}", Exit::Failed(&"no space left")), "   Failed");
/// ```
impl<F: ?Sized> fmt::Display for Exit<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl<F: ?Sized> Exit<'_, F> {
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Exit::Completed => "Completed",
            Exit::Failed(_) => "Failed",
            Exit::Panicked => "Panicked",
            Exit::Dropped => "Dropped",
        }
    }
}

/// An error that an exit half can look at: anything `'static` with [`Debug`](fmt::Debug).
///
/// Implemented for every such type, so that `Box<dyn Error>`, `anyhow::Error`, `String` and a
/// user's own enum all serve as errors of a body.
///
/// ```
/// use guard_core::{Exit, Failure};
///
/// #[derive(Debug)]
/// struct Rejected;
///
/// fn is_rejected(exit: Exit<'_>) -> bool {
///     exit.failure().is_some_and(|error| error.is::<Rejected>())
/// }
/// assert!(is_rejected(Exit::Failed(&Rejected)));
/// assert!(!is_rejected(Exit::Failed(&"late")));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be shown to an exit half",
    label = "has to implement `Debug`",
    note = "help: add `#[derive(Debug)]` to `{Self}`"
)]
pub trait Failure: Any + fmt::Debug {}

impl<E: fmt::Debug + 'static> Failure for E {}

/// A [`Failure`] that other threads may look at: what the body of an async context can fail with,
/// as its exit half may go on on another thread.
///
/// ```
/// use guard_core::AsyncFailure;
///
/// fn can_be_told<E: AsyncFailure>() {}
/// can_be_told::<std::io::Error>();
/// can_be_told::<Box<dyn std::error::Error + Send + Sync>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be shown to the exit half of an async context",
    label = "has to implement `Debug`, `Send` and `Sync`",
    note = "help: in the place of `Box<dyn Error>` write `Box<dyn Error + Send + Sync>`; elsewhere convert it with `map_err`"
)]
pub trait AsyncFailure: Failure + Send + Sync {}

#[diagnostic::do_not_recommend]
impl<E: Failure + Send + Sync> AsyncFailure for E {}

impl dyn Failure {
    /// Whether the error is an `E`.
    ///
    /// ```
    /// use guard_core::Failure;
    ///
    /// let failure: &dyn Failure = &"late";
    /// assert!(failure.is::<&str>() && !failure.is::<String>());
    /// ```
    #[must_use]
    pub fn is<E: Failure>(&self) -> bool {
        self.type_id() == TypeId::of::<E>()
    }

    /// The error as an `E`, if that is what it is.
    ///
    /// ```
    /// use guard_core::Failure;
    ///
    /// let failure: &dyn Failure = &7_u8;
    /// assert_eq!(failure.downcast_ref::<u8>(), Some(&7));
    /// assert_eq!(failure.downcast_ref::<i8>(), None);
    /// ```
    #[must_use]
    pub fn downcast_ref<E: Failure>(&self) -> Option<&E> {
        let any: &dyn Any = self;
        any.downcast_ref()
    }
}

impl dyn Failure + Send + Sync {
    /// Whether the error is an `E`.
    ///
    /// ```
    /// use guard_core::AsyncExit;
    ///
    /// let exit: AsyncExit<'_> = AsyncExit::Failed(&7_u8);
    /// assert!(exit.failure().is_some_and(|error| error.is::<u8>()));
    /// ```
    #[must_use]
    pub fn is<E: Failure>(&self) -> bool {
        <dyn Failure>::is::<E>(self)
    }

    /// The error as an `E`, if that is what it is.
    ///
    /// ```
    /// use guard_core::AsyncExit;
    ///
    /// let exit: AsyncExit<'_> = AsyncExit::Failed(&7_u8);
    /// assert!(exit.failure().is_some_and(|error| error.downcast_ref() == Some(&7_u8)));
    /// ```
    #[must_use]
    pub fn downcast_ref<E: Failure>(&self) -> Option<&E> {
        <dyn Failure>::downcast_ref(self)
    }
}
