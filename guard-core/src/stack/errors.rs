use alloc::boxed::Box;
use alloc::vec::{self, Vec};
use core::error::Error;
use core::fmt;
use core::slice;

use super::Collectable;
use crate::tools::Matches;

type Any = dyn Error + Send + Sync + 'static;

/// All the errors of a body and of its exit halves, in the order in which they happened, that of
/// the body first.
///
/// There is always at least one. It prints all of them, on one line; an error that is alone prints
/// as itself, and [`source`](Error::source) is that of the first, whose own text is in this one's.
/// The others keep their sources too.
///
/// ```
/// use guard_core::ExitStack;
/// use std::io;
///
/// let failed = ExitStack::scope(|stack| {
///     stack.try_callback(|| Err("disk full"));
///     stack.try_callback(|| Err(io::Error::from(io::ErrorKind::BrokenPipe)));
///     Err::<(), _>("no such table")
/// });
/// let errors = failed.unwrap_err();
/// assert_eq!(errors.len(), 3);
/// assert_eq!(errors.to_string(), "3 errors: no such table; broken pipe; disk full");
/// let pipe = errors.iter().find_map(|error| error.downcast_ref::<io::Error>());
/// assert_eq!(pipe.map(io::Error::kind), Some(io::ErrorKind::BrokenPipe));
/// ```
///
/// An entry that fails with `ExitErrors` adds each of them. To turn them into an error of your own,
/// implement `From<ExitErrors>` for it; to print them one a line:
///
/// ```
/// # let errors = guard_core::ExitErrors::one("stuck");
/// for error in &errors {
///     eprintln!("error: {error}");
/// }
/// ```
///
/// The idea of keeping all is that of JavaScript's `SuppressedError` and Python's
/// `ExceptionGroup`, in one list that no chain can tangle.
pub struct ExitErrors {
    errors: Vec<Box<Any>>,
    /// How many of them are those of the body.
    of_the_body: usize,
}

impl ExitErrors {
    /// Of what has failed, if anything has. The errors of a stack in a stack are each of them errors
    /// of this one.
    pub(crate) fn collect(
        body: impl IntoIterator<Item = Box<Any>>,
        exits: impl IntoIterator<Item = Box<Any>>,
    ) -> Result<(), Self> {
        let mut errors = Vec::new();
        flatten(body, &mut errors);
        let of_the_body = errors.len();
        flatten(exits, &mut errors);
        if errors.is_empty() {
            return Ok(());
        }
        Err(ExitErrors {
            errors,
            of_the_body,
        })
    }

    /// For an exit half of several steps, all of which are taken: `Err` with all of the errors, in
    /// their order, or `Ok` if there are none.
    ///
    /// # Errors
    ///
    /// What `steps` have failed with, if any have.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{ExitErrors, context_manager, yield_point};
    /// use std::fs::{self, File};
    /// use std::io;
    /// use std::path::Path;
    ///
    /// #[context_manager]
    /// fn locked(path: &Path) -> Result<File, ExitErrors> {
    ///     let file = File::create_new(path).map_err(ExitErrors::one)?;
    ///     yield_point!(file);
    ///     ExitErrors::of([file.sync_all(), fs::remove_file(path)])
    /// }
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("lock");
    /// # locked(&path).with(|_| assert!(path.exists())).map_err(io::Error::other)?;
    /// # assert!(!path.exists());
    /// # io::Result::Ok(())
    /// ```
    pub fn of<E: Collectable>(steps: impl IntoIterator<Item = Result<(), E>>) -> Result<(), Self> {
        let errors = steps.into_iter().filter_map(Result::err);
        Self::collect(None, errors.map(Into::into))
    }

    /// One error alone, for `map_err`.
    pub fn one(error: impl Collectable) -> Self {
        ExitErrors {
            errors: Vec::from([error.into()]),
            of_the_body: 0,
        }
    }

    /// How many there are, which is one or more.
    #[expect(clippy::len_without_is_empty, reason = "it never is")]
    #[must_use]
    pub fn len(&self) -> usize {
        self.errors.len()
    }

    /// The error of the body, if it is one of them; the first, if the body has failed with several.
    ///
    /// ```
    /// use guard_core::ExitStack;
    ///
    /// let stack = ExitStack::new();
    /// stack.try_callback(|| Err("stuck"));
    /// assert!(stack.close().unwrap_err().body().is_none());
    ///
    /// let failed = ExitStack::scope(|_| Err::<(), _>("no"));
    /// assert_eq!(failed.unwrap_err().body().unwrap().to_string(), "no");
    /// ```
    #[must_use]
    pub fn body(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        (self.of_the_body > 0).then(|| self.first())
    }

    /// The error that happened first.
    #[must_use]
    pub fn first(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.errors[0]
    }

    /// Drops the errors that `matcher` means, as [`suppress`](crate::suppress) does with a single
    /// one.
    ///
    /// From Python's `contextlib.suppress`, which takes exception groups apart in the same way.
    ///
    /// # Errors
    ///
    /// Those that are left, if any are.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "std")]
    /// # fn main() {
    /// use guard_core::{ExitStack, of_type};
    /// use std::io::{self, ErrorKind};
    ///
    /// let stack = ExitStack::new();
    /// stack.try_callback(|| std::fs::remove_file("a file that is not there"));
    /// stack.try_callback(|| Err("stuck"));
    /// let missing = of_type::<io::Error>().that(ErrorKind::NotFound);
    /// let left = stack.close().or_else(|errors| errors.suppress(missing)).unwrap_err();
    /// assert_eq!(left.to_string(), "stuck");
    /// assert!(left.suppress(|_: &_| true).is_ok());
    /// # }
    /// # #[cfg(not(feature = "std"))]
    /// # fn main() {}
    /// ```
    #[expect(clippy::needless_pass_by_value, reason = "as `suppress` takes it")]
    pub fn suppress(
        self,
        matcher: impl Matches<dyn Error + Send + Sync + 'static>,
    ) -> Result<(), Self> {
        let mut body = self.errors;
        let mut exits = body.split_off(self.of_the_body);
        body.retain(|error| !matcher.matches(&**error));
        exits.retain(|error| !matcher.matches(&**error));
        Self::collect(body, exits)
    }

    /// All of them.
    #[must_use]
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.errors.iter())
    }
}

fn flatten(errors: impl IntoIterator<Item = Box<Any>>, list: &mut Vec<Box<Any>>) {
    for error in errors {
        match error.downcast::<ExitErrors>() {
            Ok(several) => list.extend(several.errors),
            Err(one) => list.push(one),
        }
    }
}

impl fmt::Display for ExitErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [only] = &*self.errors {
            return only.fmt(f);
        }
        write!(f, "{} errors", self.errors.len())?;
        let mut separator = ": ";
        for error in &self.errors {
            write!(f, "{separator}{error}")?;
            separator = "; ";
        }
        Ok(())
    }
}

impl fmt::Debug for ExitErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.errors).finish()
    }
}

impl Error for ExitErrors {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.first().source()
    }
}

/// The errors of an [`ExitErrors`], by reference.
#[derive(Clone, Debug)]
pub struct Iter<'e>(slice::Iter<'e, Box<Any>>);

impl<'e> Iterator for Iter<'e> {
    type Item = &'e (dyn Error + Send + Sync + 'static);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|error| &**error)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|error| &**error)
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl<'e> IntoIterator for &'e ExitErrors {
    type Item = &'e (dyn Error + Send + Sync + 'static);
    type IntoIter = Iter<'e>;

    fn into_iter(self) -> Iter<'e> {
        self.iter()
    }
}

/// The errors of an [`ExitErrors`], by value.
#[derive(Debug)]
pub struct IntoIter(vec::IntoIter<Box<Any>>);

impl Iterator for IntoIter {
    type Item = Box<dyn Error + Send + Sync + 'static>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for IntoIter {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back()
    }
}

impl ExactSizeIterator for IntoIter {}

impl IntoIterator for ExitErrors {
    type Item = Box<dyn Error + Send + Sync + 'static>;
    type IntoIter = IntoIter;

    fn into_iter(self) -> IntoIter {
        IntoIter(self.errors.into_iter())
    }
}
