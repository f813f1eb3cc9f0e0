use core::convert::Infallible;

use crate::__private::{framed, site};
use crate::context::{Body, Context, Halves, frame};
use crate::exit::Failure;
use crate::raw::Point;
use crate::returns::{Plain, Returns};

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
/// Where `close` has to be awaited there is [`aclosing`](crate::aclosing).
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
// What `#[context_manager]` makes of
// `fn closing(..) -> R::Returns { yield_point!(value); close(value) }`, could it know whether
// that is a `Result`.
pub fn closing<T, R: Closed<T>>(
    value: T,
    close: impl FnOnce(T) -> R,
) -> Context<R::Returns, impl Body<R::Returns, Frame = impl Halves<R::Returns>>> {
    Context::new(frame(move |point: Point<_, T>| {
        framed(point.witness(), site!("closing",), async move {
            let lent = point.lend(value).await;
            close(lent.value).ended().map(|()| lent.exited)
        })
    }))
}

/// What the function that is given to [`closing`] may return: `()` or `Result<(), E>`. So may that
/// given to [`aclosing`](crate::aclosing), when it has been awaited.
///
/// ```
/// use guard_core::{Closed, Returns, closing};
///
/// fn numbered<R>(close: impl FnOnce(u8) -> R) -> <R::Returns as Returns>::Wrapped<u8>
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
    type Returns: Returns<Value = T, Lent = T>;

    #[doc(hidden)]
    fn ended(self) -> Result<(), <Self::Returns as Returns>::Error>;
}

#[diagnostic::do_not_recommend]
impl<T> Closed<T> for () {
    type Returns = Plain<T>;

    #[inline(always)]
    fn ended(self) -> Result<(), Infallible> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: Failure> Closed<T> for Result<(), E> {
    type Returns = Result<T, E>;

    #[inline(always)]
    fn ended(self) -> Result<(), E> {
        self
    }
}
