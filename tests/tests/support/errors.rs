//! Errors to be told apart, and what they were caused by.

use std::error::Error;
use std::fmt;

use guard_core::ExitErrors;

/// An error with a number, and maybe a source.
#[derive(Debug, Default)]
pub(crate) struct Code(pub(crate) u32, pub(crate) Option<Box<Code>>);

impl Code {
    pub(crate) fn caused_by(self, source: Code) -> Self {
        Code(self.0, Some(Box::new(source)))
    }
}

pub(crate) fn code(number: u32) -> Code {
    Code(number, None)
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "code {}", self.0)
    }
}

impl Error for Code {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source: &Code = self.1.as_ref()?;
        Some(source)
    }
}

/// The numbers of the errors, in order.
pub(crate) fn codes(errors: &ExitErrors) -> Vec<u32> {
    errors.iter().map(number).collect()
}

pub(crate) fn number(error: &(dyn Error + Send + Sync + 'static)) -> u32 {
    error.downcast_ref::<Code>().expect("an error of a test").0
}

/// The texts of an error and of its sources. It does not end if they go round.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> Vec<String> {
    std::iter::successors(Some(error), |error| (*error).source())
        .map(ToString::to_string)
        .collect()
}

/// An error that knows what it was caused by.
#[derive(Debug)]
pub(crate) struct Caused {
    pub(crate) text: &'static str,
    pub(crate) by: Option<Box<Caused>>,
}

impl fmt::Display for Caused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

impl Error for Caused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.by.as_deref().map(|cause| cause as _)
    }
}
