//! The standard streams and the current directory are the process's, and there is one lock for all
//! of them: with one for each, two threads that take them in different orders would wait for each
//! other.
//!
//! A thread that has its turn may change again. That asks for the same thread to give it back:
//! [`Turn`] is not `Send`, since whether a guard that has come from elsewhere is held by the thread
//! that now wants to nest could not be told, and it would wait for itself.

use std::cell::Cell;
use std::io;
use std::marker::PhantomData;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread_local;
use std::vec::Vec;

static TAKEN: Mutex<bool> = Mutex::new(false);
static GIVEN_BACK: Condvar = Condvar::new();

thread_local! {
    /// How many turns this thread has.
    static TURNS: Cell<usize> = const { Cell::new(0) };
}

struct Turn {
    of_this_thread: PhantomData<*const ()>,
}

impl Turn {
    fn take() -> Self {
        if TURNS.get() == 0 {
            let taken = GIVEN_BACK.wait_while(lock(&TAKEN), |taken| *taken);
            *taken.unwrap_or_else(PoisonError::into_inner) = true;
        }
        TURNS.set(TURNS.get() + 1);
        Turn {
            of_this_thread: PhantomData,
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        TURNS.set(TURNS.get() - 1);
        if TURNS.get() == 0 {
            *lock(&TAKEN) = false;
            GIVEN_BACK.notify_one();
        }
    }
}

/// Nothing panics with one of these locks held.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The changes of one thing that are in force, the oldest first, each with what was there before.
pub(super) struct Changes<H>(Mutex<Vec<(Id, H)>>);

/// What the guard of a change is known by.
type Id = usize;

impl<H> Changes<H> {
    pub(super) const fn new() -> Self {
        Changes(Mutex::new(Vec::new()))
    }

    /// Waits for the turn and calls `change`, which gives what was there before. When it fails, the
    /// turn is over.
    pub(super) fn make(
        &'static self,
        change: impl FnOnce() -> io::Result<H>,
    ) -> io::Result<Change<H>> {
        let turn = Turn::take();
        let before = change()?;
        let mut changes = lock(&self.0);
        let id = changes.last().map_or(0, |(last, _)| last + 1);
        changes.push((id, before));
        Ok(Change {
            all: self,
            id,
            _turn: turn,
        })
    }

    /// Takes a change out, and gives what is to be there again. When a later change is in force,
    /// that is nothing: what was there before this one will be put back by the next.
    fn take(&self, id: Id) -> Option<H> {
        let mut changes = lock(&self.0);
        let at = changes.iter().position(|(other, _)| *other == id)?;
        let (_, before) = changes.remove(at);
        match changes.get_mut(at) {
            Some((_, next)) => {
                *next = before;
                None
            }
            None => Some(before),
        }
    }
}

/// A change in force, and the turn to make it.
pub(super) struct Change<H: 'static> {
    all: &'static Changes<H>,
    id: Id,
    _turn: Turn,
}

impl<H> Change<H> {
    /// Ends the change: `put_back` is given what is to be there again, if anything is.
    pub(super) fn undo(self, put_back: impl FnOnce(Option<H>) -> io::Result<()>) -> io::Result<()> {
        put_back(self.all.take(self.id))
    }
}
