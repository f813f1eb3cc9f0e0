//! What the behaviour tests share: logs, values that tell when they are dropped, a recorder of
//! lost errors, and panics that are caught again.

#![allow(dead_code, reason = "no test file uses all of it")]

pub(crate) mod child;
pub(crate) mod driven;
pub(crate) mod errors;
pub(crate) mod example;
pub(crate) mod exhausted;
pub(crate) mod lost;
pub(crate) mod nested;
pub(crate) mod vocabulary;

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

/// A list of events that can be shared and sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn new() -> Self {
        Log::default()
    }

    pub(crate) fn note(&self, event: impl Into<String>) {
        let mut events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        events.push(event.into());
    }

    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A value that notes `drop name` when it is dropped.
    pub(crate) fn noisy(&self, name: &str) -> Noisy {
        Noisy {
            name: name.to_owned(),
            log: self.clone(),
        }
    }
}

/// Made by [`Log::noisy`]. It owns heap memory, so that a double drop is seen by a sanitizer too.
pub(crate) struct Noisy {
    pub(crate) name: String,
    log: Log,
}

impl Drop for Noisy {
    fn drop(&mut self) {
        self.log.note(format!("drop {}", self.name));
    }
}

impl fmt::Debug for Noisy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

thread_local! {
    static EVENTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// As [`Log::note`], into the log of this thread, which needs no handle.
pub(crate) fn note(event: impl Into<String>) {
    EVENTS.with_borrow_mut(|events| events.push(event.into()));
}

/// Empties the log of this thread.
pub(crate) fn events() -> Vec<String> {
    EVENTS.take()
}

/// A value that notes `make name` and `drop name` in the log of this thread.
#[derive(Debug)]
pub(crate) struct D(pub(crate) Box<str>);

pub(crate) fn d(name: &str) -> D {
    note(format!("make {name}"));
    D(name.into())
}

impl Drop for D {
    fn drop(&mut self) {
        note(format!("drop {}", self.0));
    }
}

impl D {
    pub(crate) fn touch(&self) {
        note(format!("touch {}", self.0));
    }

    pub(crate) fn is_made(&self) -> bool {
        self.touch();
        true
    }

    pub(crate) fn make(&self, name: &str) -> D {
        self.touch();
        d(name)
    }

    pub(crate) fn lend(&self) -> Borrows<'_> {
        Borrows(self)
    }
}

/// Borrows from a [`D`], and looks at it when it is dropped.
#[derive(Debug)]
pub(crate) struct Borrows<'a>(pub(crate) &'a D);

impl Drop for Borrows<'_> {
    fn drop(&mut self) {
        note(format!("drop borrow of {}", self.0.0));
    }
}

/// Panics without the message on standard error: many of the tests do little else.
pub(crate) fn blow_up(message: &'static str) -> ! {
    resume_unwind(Box::new(message))
}

/// Calls `f`, and gives the message of its panic.
pub(crate) fn caught<Q>(f: impl FnOnce() -> Q) -> Result<Q, String> {
    catch_unwind(AssertUnwindSafe(f)).map_err(|payload| message(&*payload))
}

pub(crate) fn message(payload: &(dyn Any + Send)) -> String {
    match (
        payload.downcast_ref::<&str>(),
        payload.downcast_ref::<String>(),
    ) {
        (Some(text), _) => (*text).to_owned(),
        (None, Some(text)) => text.clone(),
        (None, None) => "a payload that is no text".to_owned(),
    }
}

/// Calls `f` in a destructor that runs because of a panic.
pub(crate) fn while_unwinding<Q>(f: impl FnOnce() -> Q) -> Q {
    struct Runs<'q, Q, F: FnOnce() -> Q> {
        f: Option<F>,
        result: &'q mut Option<Q>,
    }
    impl<Q, F: FnOnce() -> Q> Drop for Runs<'_, Q, F> {
        fn drop(&mut self) {
            assert!(std::thread::panicking());
            let f = self.f.take().expect("dropped once");
            *self.result = Some(f());
        }
    }
    let mut result = None;
    let runs = Runs {
        f: Some(f),
        result: &mut result,
    };
    let outer = caught(move || {
        let _runs = runs;
        blow_up("the outer panic");
    });
    assert_eq!(outer, Err("the outer panic".to_owned()));
    result.expect("the destructor has run")
}

/// Polls a future once.
pub(crate) fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// Pending once, having woken whoever waits, then ready.
pub(crate) async fn turn() {
    let mut turned = false;
    std::future::poll_fn(|poller| {
        if std::mem::replace(&mut turned, true) {
            Poll::Ready(())
        } else {
            poller.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await;
}
