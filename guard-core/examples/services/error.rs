//! What can go wrong, in the words of whoever has to put it right.

use std::any::Any;
use std::time::Duration;
use std::{error, fmt, io};

use guard_core::ExitErrors;
use tokio::task::JoinError;
use tokio_tungstenite::tungstenite;

#[derive(Debug)]
pub(crate) enum Error {
    /// With a service, by its URL.
    Service {
        url: String,
        trouble: Trouble,
    },
    /// One of the servers cannot listen or accept.
    Server(io::Error),
    /// The work was given up, so long after a request that is not answered.
    TimedOut(Duration),
    Aborted,
    Panicked(String),
    /// In the order in which they happened.
    Several(ExitErrors),
}

/// What can go wrong with a service.
#[derive(Debug)]
pub(crate) enum Trouble {
    Refuses(String),
    Rejects {
        request: String,
        answer: String,
    },
    /// It has not answered the goodbye within this time.
    Mute(Duration),
    /// It is gone.
    Hangup,
    Connection(Box<dyn error::Error + Send + Sync>),
}

impl Error {
    /// For `map_err`: what a library tells does not say which service it is about.
    pub(crate) fn at<T: Into<Trouble>>(url: &str) -> impl Fn(T) -> Error {
        move |trouble| Error::Service {
            url: url.to_owned(),
            trouble: trouble.into(),
        }
    }
}

/// Prints every single error on a line of its own.
pub(crate) fn print(error: &(dyn error::Error + 'static)) {
    match error.downcast_ref() {
        Some(Error::Several(errors)) => errors.iter().for_each(|error| print(error)),
        _ => eprintln!("services: {error}"),
    }
}

impl From<JoinError> for Error {
    fn from(error: JoinError) -> Self {
        match error.try_into_panic() {
            Ok(payload) => Error::Panicked(message(&*payload).to_owned()),
            Err(_) => Error::Aborted,
        }
    }
}

fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("for no reason that is text")
}

impl From<ExitErrors> for Error {
    fn from(errors: ExitErrors) -> Self {
        Error::Several(errors)
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Trouble::Connection(error.into())
    }
}

impl From<tungstenite::Error> for Trouble {
    fn from(error: tungstenite::Error) -> Self {
        match error {
            tungstenite::Error::Http(response) => Trouble::Refuses(response.status().to_string()),
            error => Trouble::Connection(error.into()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Service { url, trouble } => write!(f, "{url} {trouble}"),
            Error::Server(error) => write!(f, "a server has ended: {error}"),
            Error::TimedOut(limit) => write!(f, "the work has hung for {limit:?} and was given up"),
            Error::Aborted => write!(f, "the task of the work was aborted"),
            Error::Panicked(message) => write!(f, "the task of the work has panicked: {message}"),
            Error::Several(errors) => write!(f, "{errors}"),
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Refuses(why) => write!(f, "refuses to be connected to: {why}"),
            Trouble::Rejects { request, answer } => write!(f, "rejects `{request}`: {answer}"),
            Trouble::Mute(patience) => {
                write!(f, "has not answered the goodbye within {patience:?}")
            }
            Trouble::Hangup => write!(f, "has hung up"),
            Trouble::Connection(error) => write!(f, "cannot be talked to: {error}"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Error::Server(error) => Some(error),
            Error::Service {
                trouble: Trouble::Connection(error),
                ..
            } => Some(&**error),
            Error::Several(errors) => errors.source(),
            _ => None,
        }
    }
}
