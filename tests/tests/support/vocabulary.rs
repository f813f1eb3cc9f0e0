//! What the programs of the two models of stacks, sync and async, are made of.

use std::error::Error;
use std::fmt;
use std::panic::resume_unwind;

use guard_core::{Exit, ExitErrors};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Half {
    Works,
    Fails,
    Panics,
}

/// The error of an entry: the number tells which one it is.
#[derive(Debug)]
pub(crate) struct Code(pub(crate) u32);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "code {}", self.0)
    }
}

impl Error for Code {}

/// The error of the body.
#[derive(Debug)]
pub(crate) struct OfBody;

impl fmt::Display for OfBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body's")
    }
}

impl Error for OfBody {}

/// The number that the error, or the panic, of an enter half has.
pub(crate) const ENTERING: u32 = 1000;

/// What a body adds to a value that it is lent.
pub(crate) const ADDED: u32 = 10_000;

pub(crate) fn act(half: Half, number: u32) -> Result<(), Code> {
    match half {
        Half::Works => Ok(()),
        Half::Fails => Err(Code(number)),
        Half::Panics => resume_unwind(Box::new(format!("panic {number}"))),
    }
}

/// A half that cannot fail.
pub(crate) fn plain_half(panics: bool) -> Half {
    if panics { Half::Panics } else { Half::Works }
}

pub(crate) fn panic_if(panics: bool, number: u32) {
    act(plain_half(panics), number).expect("it works, or panics");
}

/// What an exit half can find out: errors have to be of the very type that they were made of.
pub(crate) fn told(exit: Exit<'_>) -> String {
    match exit.failure() {
        None => exit.to_string(),
        Some(error) => match (error.downcast_ref(), error.downcast_ref()) {
            (Some(code @ Code(_)), None) => format!("Failed({code:?})"),
            (None, Some(body @ OfBody)) => format!("Failed({body:?})"),
            _ => panic!("another error: {error:?}"),
        },
    }
}

/// The errors as text, once those of the body are known to come first.
pub(crate) fn failed(errors: &ExitErrors) -> Vec<String> {
    let texts: Vec<_> = errors
        .iter()
        .map(|error| match (error.downcast_ref(), error.downcast_ref()) {
            (Some(code @ Code(_)), None) => format!("{code:?}"),
            (None, Some(body @ OfBody)) => format!("{body:?}"),
            _ => panic!("another error: {error:?}"),
        })
        .collect();
    assert_eq!(texts.len(), errors.len());
    assert_eq!(errors.body().is_some(), texts[0] == "OfBody");
    texts
}
