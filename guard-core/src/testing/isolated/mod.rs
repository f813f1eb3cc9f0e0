//! Code that has a process to itself.

mod child;
mod parent;
mod record;

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread_local;

use self::child::Assignment;

thread_local! {
    /// How often this thread has come to [`isolated`] so far.
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

/// Whether this process is within [`isolated`], on whichever thread.
static INSIDE: AtomicBool = AtomicBool::new(false);

/// Calls `f` in a process of its own, and comes back when that has ended.
///
/// Some things belong to a process and not to a thread: descriptors, threads and child processes, the
/// current directory, environment variables, and whether it lives. A test that looks at them or changes
/// them is disturbed by the tests beside it, and a test that aborts takes the others with it. In a
/// process of its own it is alone.
///
/// The process is this test binary, started again with the name of this test. So the test runs there
/// from its beginning to this call, with a fresh temporary directory, and `f` runs there and not here.
/// Where the test has several such calls, each has a process that runs the `f` of this one alone. What
/// is said within `isolated` of another call of it is simply run.
///
/// | called | `f` runs |
/// |---|---|
/// | on the thread of a test | in a process of its own |
/// | on the main thread, as with `--test-threads=1` or in a program | here: nothing runs beside it |
/// | on another thread | not at all: it panics, as no test has this thread's name |
///
/// Do not call it in a case of `proptest!`, whose cases are others in each process, but around all of
/// them.
///
/// # Panics
///
/// When `f` panics, with its message; so `#[should_panic(expected = "..")]` sees it. When the process
/// ends in any other way: aborted, killed, or by [`exit`](std::process::exit). When it cannot be
/// started, or runs no such test. The output of the process is printed then, and its temporary
/// directory is kept if there is something in it.
///
/// # Examples
///
/// ```no_run
/// use guard_core::testing::isolated;
///
/// #[test]
/// fn reads_its_settings() {
///     isolated(|| {
///         std::env::set_current_dir("/").unwrap(); // no other test is here to see it
///     });
/// }
/// ```
#[track_caller]
pub fn isolated(f: impl FnOnce()) {
    if INSIDE.load(Ordering::SeqCst) {
        return f();
    }
    let call = CALLS.replace(CALLS.get() + 1);
    match Assignment::of_this_process() {
        Some(assignment) if assignment.call == call => assignment.fulfil(|| inside(f)),
        Some(_) => {}
        None => match parent::test_name() {
            Some(name) => parent::run(&name, call),
            None => inside(f),
        },
    }
}

fn inside(f: impl FnOnce()) {
    struct Inside;
    impl Drop for Inside {
        fn drop(&mut self) {
            INSIDE.store(false, Ordering::SeqCst);
        }
    }
    INSIDE.store(true, Ordering::SeqCst);
    let _inside = Inside;
    f();
}

/// Whether this process is one that [`isolated`] has started.
pub(crate) fn in_child() -> bool {
    Assignment::of_this_process().is_some()
}

/// Says what is going on, for the parent to tell if this process dies of it.
pub(crate) fn note(what: &str) {
    if let Some(assignment) = Assignment::of_this_process() {
        assignment.record.note(what);
    }
}
