//! Listens to what the hook of `on_lost_error` is told, without being the hook.

use std::string::{String, ToString};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::vec::Vec;

use crate::LostError;
use crate::testing::isolated::in_child;
use crate::testing::ledger::uncounted;

static LISTENING: Mutex<Vec<Arc<Ear>>> = Mutex::new(Vec::new());

struct Ear {
    thread: ThreadId,
    heard: Mutex<Vec<String>>,
}

/// Tells those who listen, and whether the loss is surely theirs, so that nobody else need be told.
///
/// What is lost on a thread that listens is for that one alone. What is lost elsewhere, as on a thread
/// of a runtime, is for all.
pub(crate) fn heard(lost: &LostError<'_>) -> bool {
    uncounted(|| tell(lost))
}

fn tell(lost: &LostError<'_>) -> bool {
    let ears = lock(&LISTENING).clone();
    if ears.is_empty() {
        return false;
    }
    let here = thread::current().id();
    let is_own = |ear: &&Arc<Ear>| ear.thread == here;
    let is_ours = ears.iter().any(|ear| is_own(&ear));
    let line = lost.to_string();
    for ear in ears.iter().filter(|ear| !is_ours || is_own(ear)) {
        lock(&ear.heard).push(line.clone());
    }
    is_ours || in_child()
}

/// Calls `f`, and gives what was lost meanwhile, each as a line.
pub(super) fn listening<Q>(f: impl FnOnce() -> Q) -> (Q, Vec<String>) {
    let ear = Listens::new();
    let result = f();
    let heard = core::mem::take(&mut *lock(&ear.0.heard));
    (result, heard)
}

struct Listens(Arc<Ear>);

impl Listens {
    fn new() -> Self {
        let ear = Arc::new(Ear {
            thread: thread::current().id(),
            heard: Mutex::default(),
        });
        lock(&LISTENING).push(ear.clone());
        Listens(ear)
    }
}

impl Drop for Listens {
    fn drop(&mut self) {
        lock(&LISTENING).retain(|ear| !Arc::ptr_eq(ear, &self.0));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
