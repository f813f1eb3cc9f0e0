//! Which thread runs a half of which shared fixture, and who waits for it.
//!
//! There is one table for all fixtures, so that a circle of threads that wait for each other is
//! seen, and none of the fixture's own code runs while it is locked.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread_local;
use std::vec::Vec;

static TABLE: Mutex<Table> = Mutex::new(Table {
    running: Vec::new(),
    waiting: Vec::new(),
});
static CHANGED: Condvar = Condvar::new();

/// The address of a fixture, which stays where it is while one of its halves runs.
type Fixture = usize;
type Thread = usize;

struct Table {
    running: Vec<(Fixture, Thread)>,
    waiting: Vec<(Thread, Fixture)>,
}

impl Table {
    fn runs(&self, fixture: Fixture) -> Option<Thread> {
        let mut running = self.running.iter();
        running.find(|(of, _)| *of == fixture).map(|(_, by)| *by)
    }

    fn waits(&self, thread: Thread) -> Option<Fixture> {
        let mut waiting = self.waiting.iter();
        waiting.find(|(who, _)| *who == thread).map(|(_, of)| *of)
    }

    /// Whether a half of `fixture` cannot come to its end before `thread` goes on.
    fn waits_for(&self, mut fixture: Fixture, thread: Thread) -> bool {
        while let Some(running) = self.runs(fixture) {
            if running == thread {
                return true;
            }
            match self.waits(running) {
                Some(next) => fixture = next,
                None => return false,
            }
        }
        false
    }
}

/// The right to run a half of a fixture.
pub(super) struct Turn(Fixture);

impl Turn {
    /// Waits until no half of `fixture` runs. When `entered` then finds it entered, there is no half
    /// to be run.
    ///
    /// # Panics
    ///
    /// When that would be waited for without end.
    pub(super) fn unless<Q>(fixture: Fixture, entered: impl Fn() -> Option<Q>) -> Result<Q, Turn> {
        let thread = this_thread();
        let mut table = lock();
        loop {
            if let Some(entered) = entered() {
                return Ok(entered);
            }
            if table.runs(fixture).is_none() {
                table.running.push((fixture, thread));
                return Err(Turn(fixture));
            }
            if table.waits_for(fixture, thread) {
                drop(table);
                goes_in_circles();
            }
            table.waiting.push((thread, fixture));
            table = CHANGED.wait(table).unwrap_or_else(PoisonError::into_inner);
            table.waiting.retain(|(who, _)| *who != thread);
        }
    }

    /// Has the turn when `last` says that nobody uses `fixture` any more.
    pub(super) fn when<Q>(fixture: Fixture, last: impl FnOnce() -> Option<Q>) -> Option<(Q, Turn)> {
        let mut table = lock();
        let last = last()?;
        table.running.push((fixture, this_thread()));
        Some((last, Turn(fixture)))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        lock().running.retain(|(of, _)| *of != self.0);
        CHANGED.notify_all();
    }
}

fn lock() -> MutexGuard<'static, Table> {
    TABLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Not [`std::thread::current`], which is gone before the last fixture is at the end of the process.
fn this_thread() -> Thread {
    static THREADS: AtomicUsize = AtomicUsize::new(1);
    thread_local! {
        static THREAD: Cell<Thread> = const { Cell::new(0) };
    }
    if THREAD.get() == 0 {
        THREAD.set(THREADS.fetch_add(1, Ordering::Relaxed));
    }
    THREAD.get()
}

#[cold]
fn goes_in_circles() -> ! {
    panic!(
        "a shared fixture waits for itself: it is lent by its own enter or exit half, or by that of a fixture which it lends\n\nhelp: hand what both need to both, from a third fixture"
    )
}
