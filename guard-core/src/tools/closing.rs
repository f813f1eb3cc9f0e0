use core::convert::Infallible;

use crate::exit::Failure;
use crate::returns::{Plain, Returns};
use crate::{context_manager, yield_point};

/// Lends `value`, and calls `close` with it on exit.
///
/// `close` takes the value away, so that it cannot be used or closed again, and returns `()` or
/// `Result<(), E>`: closing a socket, a database or a temporary directory can fail, and a
/// destructor would not tell. A context whose `close` returns a `Result` is one that can fail, in
/// its exit half.
///
/// The value may be owned, boxed, or a `&mut`; it comes back to `close` in whichever state the body
/// has left it. `close` is called on every way out, also when the body panics.
///
/// From Python's [`contextlib.closing`].
///
/// [`contextlib.closing`]: https://docs.python.org/3/library/contextlib.html#contextlib.closing
///
/// # Errors
///
/// What `close` returns, if it returns a `Result`.
///
/// # Examples
///
/// ```
/// use guard_core::closing;
/// use std::fs;
/// use std::io;
/// use tempfile::TempDir;
///
/// let written = closing(TempDir::new()?, TempDir::close).try_with(|dir| {
///     let report = dir.path().join("report.txt");
///     fs::write(&report, "done")?;
///     fs::metadata(&report).map(|report| report.len())
/// })?;
/// assert_eq!(written, 4);
///
/// let mut log = Vec::new();
/// closing(&mut log, |log| log.push("closed")).with(|log| log.push("open"));
/// assert_eq!(log, ["open", "closed"]);
/// # io::Result::Ok(())
/// ```
#[context_manager(crate = crate)]
pub fn closing<T, R: Closed<T>>(value: T, close: impl FnOnce(T) -> R) -> R::ClosingResult {
    yield_point!(value);
    close(value).ended()
}

/// What the function that is given to [`closing`] may return: `()` or `Result<(), E>`.
///
/// ```
/// use guard_core::{Closed, Returns, closing};
///
/// fn numbered<R>(close: impl FnOnce(u8) -> R) -> <R::ClosingResult as Returns>::Wrapped<u8>
/// where
///     R: Closed<u8>,
/// {
///     closing(7, close).with(|number| *number)
/// }
///
/// assert_eq!(numbered(|_| ()), 7);
/// assert_eq!(numbered(|_| Err("busy")), Err("busy"));
/// ```
#[diagnostic::on_unimplemented(
    message = "closing cannot return `{Self}`",
    label = "returns neither `()` nor a `Result<(), E>`",
    note = "help: put its body in braces, with a `;` at the end; or `.map(drop)` behind it, if it can fail"
)]
pub trait Closed<T>: Sized {
    /// What the context returns, as it would be declared: [`Plain<T>`] or `Result<T, E>`.
    // `#[context_manager]` takes it for fallible because of its name, and it may be either.
    type ClosingResult: Returns<Value = T, Lent = T>;

    #[doc(hidden)]
    fn ended(self) -> Result<(), <Self::ClosingResult as Returns>::Error>;
}

#[diagnostic::do_not_recommend]
impl<T> Closed<T> for () {
    type ClosingResult = Plain<T>;

    #[inline(always)]
    fn ended(self) -> Result<(), Infallible> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: Failure> Closed<T> for Result<(), E> {
    type ClosingResult = Result<T, E>;

    #[inline(always)]
    fn ended(self) -> Result<(), E> {
        self
    }
}
