use alloc::boxed::Box;
use alloc::vec::{self, Vec};
use core::error::Error;
use core::fmt;
use core::slice;

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
/// The idea of keeping all is that of JavaScript's `SuppressedError` and Python's
/// `ExceptionGroup`, in one list that no chain can tangle.
pub struct ExitErrors {
    errors: Vec<Box<Any>>,
    body_failed: bool,
}

impl ExitErrors {
    /// Of what has failed, if anything has.
    pub(super) fn collect(
        body: Option<Box<Any>>,
        exits: impl IntoIterator<Item = Box<Any>>,
    ) -> Result<(), Self> {
        let body_failed = body.is_some();
        let errors: Vec<_> = body.into_iter().chain(exits).collect();
        if errors.is_empty() {
            return Ok(());
        }
        Err(ExitErrors {
            errors,
            body_failed,
        })
    }

    /// How many there are, which is one or more.
    #[expect(clippy::len_without_is_empty, reason = "it never is")]
    #[must_use]
    pub fn len(&self) -> usize {
        self.errors.len()
    }

    /// The error of the body, if it is one of them.
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
        self.body_failed.then(|| self.first())
    }

    /// The error that happened first.
    #[must_use]
    pub fn first(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.errors[0]
    }

    /// All of them.
    #[must_use]
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.errors.iter())
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
