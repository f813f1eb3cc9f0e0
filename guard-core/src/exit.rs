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
#[derive(Clone, Copy, Debug)]
pub enum Exit<'e> {
    /// The body ran to its end: `with` came back, `try_with` came back with `Ok`,
    /// [`Guard::exit`](crate::Guard::exit) was called, a `with!` block fell off its end.
    Completed,
    /// The body of `try_with` returned this error.
    Failed(&'e (dyn Failure + 'static)),
    /// The body panicked. Guards that only drop can tell it from [`Dropped`](Exit::Dropped) only
    /// with the feature `std`.
    Panicked,
    /// The guard went out of scope in any other way: the end of the scope, `?`, `return`, `break`,
    /// a cancelled future.
    Dropped,
}

impl<'e> Exit<'e> {
    /// Whether the body ran to its end.
    ///
    /// ```
    /// use guard_core::Exit;
    ///
    /// assert!(Exit::Completed.is_completed());
    /// assert!(!Exit::Dropped.is_completed());
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
    /// let exit = Exit::Failed(&"no space left");
    /// assert_eq!(exit.failure().and_then(|e| e.downcast_ref()), Some(&"no space left"));
    /// ```
    #[must_use]
    pub fn failure(&self) -> Option<&'e (dyn Failure + 'static)> {
        match self {
            Exit::Failed(error) => Some(*error),
            _ => None,
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
impl fmt::Display for Exit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Exit::Completed => "Completed",
            Exit::Failed(_) => "Failed",
            Exit::Panicked => "Panicked",
            Exit::Dropped => "Dropped",
        })
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
