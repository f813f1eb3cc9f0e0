//! The hook of `on_lost_error` is one for the whole process. The tests of a process share this one,
//! which keeps a list for each thread.

use std::cell::{Cell, RefCell};
use std::sync::Once;

use guard_core::{Exit, Loss, LostError, on_lost_error};

use super::message;

/// A lost error, as the hook was given it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lost {
    pub(crate) context: String,
    /// `error`, `panic` or `body`, and what it was; `Unfinished` or `BodyResult`.
    pub(crate) loss: String,
    pub(crate) exit: String,
    /// How it prints.
    pub(crate) line: String,
}

impl Lost {
    fn new(lost: &LostError<'_>) -> Self {
        Lost {
            context: lost.context().to_owned(),
            loss: match lost.loss() {
                Loss::Error(error) => format!("error {error:?}"),
                Loss::Panic(payload) => format!("panic {:?}", message(payload)),
                Loss::BodyError(error) => format!("body {error:?}"),
                other => format!("{other:?}"),
            },
            exit: outcome(lost.exit()),
            line: lost.to_string(),
        }
    }
}

type Hook = fn(&LostError<'_>);

thread_local! {
    static LOST: RefCell<Vec<Lost>> = const { RefCell::new(Vec::new()) };
    static THEN: Cell<Option<Hook>> = const { Cell::new(None) };
}

/// Has the hook call `then` as well, on this thread, while `f` runs.
pub(crate) fn hooked<Q>(then: Hook, f: impl FnOnce() -> Q) -> Q {
    THEN.set(Some(then));
    let result = f();
    THEN.set(None);
    result
}

/// Calls `f`, and gives what was lost on this thread meanwhile.
pub(crate) fn losing<Q>(f: impl FnOnce() -> Q) -> (Q, Vec<Lost>) {
    record();
    assert_eq!(LOST.take(), [], "lost earlier, and not noticed");
    let result = f();
    (result, LOST.take())
}

/// Installs the recorder, unless that has been done.
pub(crate) fn record() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        on_lost_error(|lost| {
            LOST.with_borrow_mut(|list| list.push(Lost::new(lost)));
            if let Some(then) = THEN.get() {
                then(lost);
            }
        });
    });
}

/// The losses recorded on this thread so far.
pub(crate) fn take() -> Vec<Lost> {
    LOST.take()
}

/// An `Exit`, as text.
pub(crate) fn outcome(exit: Exit<'_>) -> String {
    format!("{exit:?}")
}
