use core::error::Error;
use core::fmt;
use core::marker::PhantomData;
use core::ops::Deref;

/// Calls `f`, and lets an error pass as `None` when `matcher` says so.
///
/// `Ok(Some(value))` means that `f` succeeded, `Ok(None)` that it failed with an error that was to
/// be expected. What can be a matcher is listed at [`Matches`]. A panic is never suppressed.
///
/// It is a function and no context manager: what `f` was to return is not there when its error is
/// suppressed, and the `Option` says so.
///
/// From Python's [`contextlib.suppress`].
///
/// [`contextlib.suppress`]: https://docs.python.org/3/library/contextlib.html#contextlib.suppress
///
/// # Errors
///
/// An error of `f` that does not match, untouched.
///
/// # Panics
///
/// When `f` or a predicate panics.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "std")]
/// # fn main() -> std::io::Result<()> {
/// use guard_core::suppress;
/// use std::{fs, io};
///
/// # let dir = tempfile::tempdir()?;
/// let cache = dir.path().join("cache");
/// fs::write(&cache, "stale")?;
/// assert_eq!(suppress(io::ErrorKind::NotFound, || fs::remove_file(&cache))?, Some(()));
/// assert_eq!(suppress(io::ErrorKind::NotFound, || fs::remove_file(&cache))?, None);
///
/// let denied = suppress(io::ErrorKind::PermissionDenied, || fs::remove_file(&cache));
/// assert_eq!(denied.unwrap_err().kind(), io::ErrorKind::NotFound);
/// # io::Result::Ok(())
/// # }
/// # #[cfg(not(feature = "std"))]
/// # fn main() {}
/// ```
#[expect(
    clippy::needless_pass_by_value,
    reason = "a kind is written without a `&`"
)]
pub fn suppress<T, E>(
    matcher: impl Matches<E>,
    f: impl FnOnce() -> Result<T, E>,
) -> Result<Option<T>, E> {
    match f() {
        Ok(value) => Ok(Some(value)),
        Err(error) if matcher.matches(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Says of an error whether it is meant: what [`suppress`] is given.
///
/// | matcher | matches |
/// |---|---|
/// | `io::ErrorKind` | an `io::Error` of that kind |
/// | a closure or function `Fn(&E) -> bool` | an error for which it returns `true` |
/// | [`of_type::<T>()`](of_type) | a `Box<dyn Error>`, `anyhow::Error` or the like with a `T` in it |
/// | an array or slice of matchers | what one of them matches; when empty, nothing |
/// | a tuple of matchers of different types | likewise |
///
/// A matcher is not used up: all those above can be copied, unless a closure captures what cannot,
/// and can be given by reference.
///
/// ```
/// # #[cfg(feature = "std")]
/// # fn main() {
/// use guard_core::{Matches, suppress};
/// use std::io;
///
/// const GONE: [io::ErrorKind; 2] = [io::ErrorKind::NotFound, io::ErrorKind::BrokenPipe];
/// let by_code = |error: &io::Error| error.raw_os_error() == Some(5);
///
/// for kind in GONE {
///     assert!(suppress((&GONE, by_code), || Err::<(), _>(io::Error::from(kind))).is_ok());
/// }
///
/// // One of your own.
/// struct Interrupted;
/// impl Matches<io::Error> for Interrupted {
///     fn matches(&self, error: &io::Error) -> bool {
///         error.kind() == io::ErrorKind::Interrupted
///     }
/// }
/// let interrupted = || Err::<(), _>(io::Error::from(io::ErrorKind::Interrupted));
/// assert!(suppress(GONE, interrupted).is_err());
/// assert!(suppress((GONE, Interrupted), interrupted).is_ok());
/// # }
/// # #[cfg(not(feature = "std"))]
/// # fn main() {}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which errors of type `{E}` are meant",
    label = "not a matcher for `{E}`",
    note = "help: write a closure such as `|error: &E| ..`; an `io::ErrorKind` matches an `io::Error`; inside a `Box<dyn Error>`, an `anyhow::Error` or `ExitErrors` write `of_type::<io::Error>().that(kind)`"
)]
pub trait Matches<E: ?Sized> {
    /// Whether `error` is meant.
    fn matches(&self, error: &E) -> bool;
}

#[diagnostic::do_not_recommend]
impl<E: ?Sized, F: Fn(&E) -> bool> Matches<E> for F {
    fn matches(&self, error: &E) -> bool {
        self(error)
    }
}

#[diagnostic::do_not_recommend]
#[cfg(feature = "std")]
impl Matches<std::io::Error> for std::io::ErrorKind {
    fn matches(&self, error: &std::io::Error) -> bool {
        error.kind() == *self
    }
}

#[diagnostic::do_not_recommend]
impl<E: ?Sized, M: Matches<E>> Matches<E> for [M] {
    fn matches(&self, error: &E) -> bool {
        self.iter().any(|matcher| matcher.matches(error))
    }
}

#[diagnostic::do_not_recommend]
impl<E: ?Sized, M: Matches<E>, const N: usize> Matches<E> for [M; N] {
    fn matches(&self, error: &E) -> bool {
        self.as_slice().matches(error)
    }
}

// One by one, as an implementation for all references would overlap with that for functions: a
// reference to a function is one.
macro_rules! by_reference {
    ([$($generic:tt)*] $matcher:ty) => {
        #[diagnostic::do_not_recommend]
        impl<E: ?Sized, $($generic)*> Matches<E> for &$matcher
        where
            $matcher: Matches<E>,
        {
            fn matches(&self, error: &E) -> bool {
                <$matcher as Matches<E>>::matches(self, error)
            }
        }
    };
}

by_reference!([M][M]);
by_reference!([M, const N: usize] [M; N]);
by_reference!([T, M] OfType<T, M>);
#[cfg(feature = "std")]
by_reference!([] std::io::ErrorKind);

macro_rules! tuples {
    ($first:ident $($rest:ident)*) => {
        tuples!($($rest)*);

        #[diagnostic::do_not_recommend]
        impl<E: ?Sized, $first: Matches<E>, $($rest: Matches<E>),*> Matches<E>
            for ($first, $($rest,)*)
        {
            #[allow(non_snake_case, reason = "named after their types")]
            fn matches(&self, error: &E) -> bool {
                let ($first, $($rest,)*) = self;
                $first.matches(error) $(|| $rest.matches(error))*
            }
        }

        by_reference!([$first, $($rest),*] ($first, $($rest,)*));
    };
    () => {
        #[diagnostic::do_not_recommend]
        impl<E: ?Sized> Matches<E> for () {
            fn matches(&self, _error: &E) -> bool {
                false
            }
        }

        by_reference!([] ());
    };
}

tuples!(A B C D F G H I); // `E` is the error

/// Matches an error of any type, known only at run time, that is a `T` or was caused by one.
///
/// It looks into a `Box<dyn Error>`, with `Send` and `Sync` or without, into `anyhow::Error`,
/// `eyre::Report` and whatever else derefs to a `dyn Error`, and follows [`Error::source`], so that
/// it sees through what `anyhow` has added as context.
///
/// ```
/// use guard_core::{of_type, suppress};
/// use std::error::Error;
/// use std::num::ParseIntError;
///
/// fn parsed(text: &str) -> Result<u32, Box<dyn Error>> {
///     match text {
///         "" => Err("empty".into()),
///         text => Ok(text.parse()?),
///     }
/// }
///
/// let not_a_number = of_type::<ParseIntError>();
/// assert_eq!(suppress(not_a_number, || parsed("7"))?, Some(7));
/// assert_eq!(suppress(not_a_number, || parsed("x"))?, None);
/// assert!(suppress(not_a_number, || parsed("")).is_err());
/// # Ok::<(), Box<dyn Error>>(())
/// ```
#[must_use]
pub fn of_type<T: Error + 'static>() -> OfType<T> {
    OfType {
        matcher: |_| true,
        of: PhantomData,
    }
}

/// Made by [`of_type`].
///
/// ```
/// # #[cfg(feature = "std")]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use guard_core::{OfType, of_type, suppress};
/// use std::io;
///
/// struct Settings {
///     ignored: OfType<io::Error, io::ErrorKind>,
/// }
///
/// let settings = Settings { ignored: of_type().that(io::ErrorKind::TimedOut) };
/// let late: Box<dyn std::error::Error> = io::Error::from(io::ErrorKind::TimedOut).into();
/// assert_eq!(suppress(settings.ignored, || Err::<(), _>(late))?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }
/// # #[cfg(not(feature = "std"))]
/// # fn main() {}
/// ```
pub struct OfType<T, M = fn(&T) -> bool> {
    matcher: M,
    of: PhantomData<fn(&T)>,
}

impl<T> OfType<T> {
    /// Asks another matcher about the `T` that was found.
    ///
    /// ```
    /// # #[cfg(feature = "std")]
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use guard_core::{of_type, suppress};
    /// use std::error::Error;
    /// use std::{fs, io};
    ///
    /// let missing = of_type::<io::Error>().that(io::ErrorKind::NotFound);
    /// let text = suppress(missing, || -> Result<_, Box<dyn Error>> {
    ///     Ok(fs::read_to_string("no such file")?)
    /// })?;
    /// assert_eq!(text, None);
    /// # Ok::<(), Box<dyn Error>>(())
    /// # }
    /// # #[cfg(not(feature = "std"))]
    /// # fn main() {}
    /// ```
    #[must_use]
    pub fn that<M: Matches<T>>(self, matcher: M) -> OfType<T, M> {
        OfType {
            matcher,
            of: PhantomData,
        }
    }
}

impl<T, M: Clone> Clone for OfType<T, M> {
    fn clone(&self) -> Self {
        OfType {
            matcher: self.matcher.clone(),
            of: PhantomData,
        }
    }
}

impl<T, M: Copy> Copy for OfType<T, M> {}

impl<T, M> fmt::Debug for OfType<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OfType<{}>", core::any::type_name::<T>())
    }
}

impl<T: Error + 'static, M: Matches<T>> OfType<T, M> {
    fn is_in(&self, error: &(dyn Error + 'static)) -> bool {
        let mut chain = core::iter::successors(Some(error), |error| (*error).source());
        chain.any(|error| {
            error
                .downcast_ref()
                .is_some_and(|found| self.matcher.matches(found))
        })
    }
}

macro_rules! dynamic {
    ($($dynamic:ty),*) => { $(
        #[diagnostic::do_not_recommend]
        impl<T: Error + 'static, M: Matches<T>> Matches<$dynamic> for OfType<T, M> {
            fn matches(&self, error: &$dynamic) -> bool {
                self.is_in(error)
            }
        }
    )* };
}

dynamic!(
    dyn Error + 'static,
    dyn Error + Send + 'static,
    dyn Error + Send + Sync + 'static
);

#[diagnostic::do_not_recommend]
impl<T, M, E> Matches<E> for OfType<T, M>
where
    E: Deref,
    OfType<T, M>: Matches<E::Target>,
{
    fn matches(&self, error: &E) -> bool {
        <Self as Matches<E::Target>>::matches(self, error)
    }
}
