use alloc::boxed::Box;
use core::any::type_name;
use core::error::Error;

use crate::exit::{AsyncFailure, Exit};
use crate::lost::{self, Loss};
use crate::raw::Shared;

/// What an exit function of an [`ExitStack`](crate::ExitStack) has to say about an error.
///
/// Python's `__exit__` returns `True` or `False` for it.
///
/// ```
/// use guard_core::{ExitStack, Verdict};
///
/// let done = ExitStack::scope(|stack| {
///     stack.push(|exit| match exit.failure() {
///         Some(error) if error.is::<std::num::ParseIntError>() => Verdict::Handled,
///         _ => Verdict::Propagate,
///     });
///     "seven".parse().map(Some)
/// });
/// assert_eq!(done.unwrap(), None::<u8>);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on.
    #[default]
    Propagate,
    /// It ends here: entries registered earlier see [`Exit::Completed`]. Errors that have come
    /// after it, which the function was not told of, go to the hook of
    /// [`on_lost_error`](crate::on_lost_error), as they would with contexts nested by hand. A
    /// panic, and an early exit, are no errors and go on all the same.
    Handled,
}

/// What an exit function may return: nothing, a [`Verdict`], or either behind a `Result` whose
/// error the stack collects.
///
/// ```
/// use guard_core::ExitStack;
///
/// let stack = ExitStack::new();
/// stack.push(|exit| println!("{exit}"));
/// stack.push(|_| std::fs::remove_file("a file that is not there"));
/// assert!(stack.close().is_err());
/// ```
#[diagnostic::on_unimplemented(
    message = "an exit function cannot return `{Self}`",
    label = "neither nothing, nor a verdict, nor a `Result` of one",
    note = "help: write `|_| {{ ..; }}`, or return a `guard_core::Verdict`, `Result<(), E>` or `Result<Verdict, E>`"
)]
pub trait ExitResult {
    #[doc(hidden)]
    fn into_verdict(self) -> Result<Verdict, Collected>;
}

#[diagnostic::do_not_recommend]
impl ExitResult for () {
    #[inline(always)]
    fn into_verdict(self) -> Result<Verdict, Collected> {
        Ok(Verdict::Propagate)
    }
}

#[diagnostic::do_not_recommend]
impl ExitResult for Verdict {
    #[inline(always)]
    fn into_verdict(self) -> Result<Verdict, Collected> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<E: Collectable> ExitResult for Result<(), E> {
    #[inline(always)]
    fn into_verdict(self) -> Result<Verdict, Collected> {
        self.map(|()| Verdict::Propagate).map_err(Collected::new)
    }
}

#[diagnostic::do_not_recommend]
impl<E: Collectable> ExitResult for Result<Verdict, E> {
    #[inline(always)]
    fn into_verdict(self) -> Result<Verdict, Collected> {
        self.map_err(Collected::new)
    }
}

/// An error that an [`ExitStack`](crate::ExitStack) can collect: one that entries can look at as it
/// is, and that fits into a `Box<dyn Error + Send + Sync>` in the end.
///
/// Implemented for every such type, among them all `Send` and `Sync` types that implement
/// [`Error`], `String`, `&'static str`, and the errors of anyhow and eyre.
///
/// ```
/// use guard_core::Collectable;
///
/// fn collectable<E: Collectable>(_: E) {}
/// collectable(std::io::Error::other("stuck"));
/// collectable("stuck");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be collected by an `ExitStack`",
    label = "has to be an error that other threads may look at",
    note = "help: implement `std::fmt::Display` and `std::error::Error` for `{Self}`, or convert it with `map_err`",
    note = "help: in the place of `Box<dyn Error>` write `Box<dyn Error + Send + Sync>`"
)]
pub trait Collectable: AsyncFailure + Into<Box<dyn Error + Send + Sync>> {}

#[diagnostic::do_not_recommend]
impl<E: AsyncFailure + Into<Box<dyn Error + Send + Sync>>> Collectable for E {}

/// How an entry has run.
pub(crate) type Left = Result<Verdict, Collected>;

/// An error of an entry, of its own type as long as other entries may look at it.
pub struct Collected {
    error: Box<dyn Original + Send + Sync>,
    name: Option<&'static str>,
}

trait Original {
    fn failure(&self) -> &Shared;
    fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync>;
}

impl<E: Collectable> Original for E {
    fn failure(&self) -> &Shared {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync> {
        (*self).into()
    }
}

impl Collected {
    #[cold]
    pub(crate) fn new(error: impl Collectable) -> Self {
        Collected {
            error: Box::new(error),
            name: None,
        }
    }

    /// Says whose error it is, unless that is known.
    pub(crate) fn of(mut self, name: &'static str) -> Self {
        self.name.get_or_insert(name);
        self
    }

    pub(crate) fn failure(&self) -> &Shared {
        self.error.failure()
    }

    pub(crate) fn into_error(self) -> Box<dyn Error + Send + Sync> {
        self.error.into_error()
    }

    /// Tells the hook.
    pub(crate) fn report(&self, exit: Exit<'_>) {
        let name = self.name.unwrap_or_default();
        lost::report(name, Loss::Error(self.failure()), exit);
    }
}

/// What a stack can hold under a [`Key`](crate::Key): a [`Guard`](crate::Guard), or a function to
/// be called in the end.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be held by an `ExitStack`",
    label = "neither a function, nor a guard whose error implements `std::error::Error`",
    note = "help: hold the guard that `.enter()` gives; its error needs `std::fmt::Display` and `std::error::Error`"
)]
pub trait Entry {
    #[doc(hidden)]
    fn run(self, exit: Exit<'_>) -> Result<Verdict, Collected>;
    #[doc(hidden)]
    fn name(&self) -> &'static str;
}

#[diagnostic::do_not_recommend]
impl<F: FnOnce()> Entry for F {
    #[inline]
    fn run(self, _exit: Exit<'_>) -> Result<Verdict, Collected> {
        self();
        Ok(Verdict::Propagate)
    }

    fn name(&self) -> &'static str {
        type_name::<F>()
    }
}
