//! Runs a part of a test in a process of its own, by running the test again.

mod child;
mod parent;
mod record;
mod serial;

use std::string::String;
use std::thread;
use std::time::Duration;

use child::Child;
use parent::Parent;

pub use serial::serial;

pub(super) use child::{in_child, note};

pub(super) use child::own_temp_dir;

/// Names the directory that the two processes share.
const VARIABLE: &str = "GUARD_TESTING_ISOLATED";

/// Runs `f` in a process of its own, where nothing of the tests that run beside it is to be seen:
/// no descriptors, threads or child processes but those of this test.
///
/// The process is this very program, told to run this very test, and no other. There the call
/// comes along again, and `f` is called. Here it is not called at all: this process waits.
///
/// # What runs where
///
/// The rest of the test runs in both processes, what is before the call and what is after it. So
/// what the test sets up is there for `f`, and what `f` changes is gone for the rest of the test in
/// this process. A test that calls this several times is run once more for each, with only the one
/// closure called in it; that needs the calls to come in the same order each time. Around property
/// tests, whose inputs differ from run to run, there should be one call outside of them all.
///
/// A call within `f` calls its closure right there. So does a call on the main thread, which is
/// where the test functions of a program without a test harness are, and doctests: there are no
/// others beside them.
///
/// The current directory, the arguments' environment and the standard streams are as here, but
/// standard input is empty, and what is printed is kept until it is known how it ended: it is shown
/// when `f` fails.
///
/// # Panics
///
/// With the message of the panic of `f`, so that `#[should_panic(expected = "..")]` works. Say what is
/// expected: without it the test would also pass if the process died of something else.
///
/// Also when the process ends before `f` does, with the signal or status that it ended with, and
/// the end of what it had to say; when it is called on another thread than the test's own, which
/// the test harness names after the test; and when there is no process to be had.
///
/// # Examples
///
/// ```
/// use guard_core::testing::isolated;
///
/// // In a function that is a `#[test]`:
/// isolated(|| {
///     // A hook is the whole process's, and no other test minds this one.
///     std::panic::set_hook(Box::new(|_| eprintln!("oh no")));
///     assert!(std::panic::catch_unwind(|| panic!()).is_err());
/// });
/// ```
#[track_caller]
pub fn isolated(f: impl FnOnce()) {
    run(Wishes::default(), || {
        f();
        Ok(())
    });
}

/// What the process of its own is to be like.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wishes {
    /// Temporary files are put into a directory that is made for it, and removed.
    pub(super) own_temp_dir: bool,
    /// It is killed when it has said what is in progress, and nothing else for so long.
    pub(super) stalls_after: Option<Duration>,
}

/// As [`isolated`], for a function that returns what to panic with.
#[track_caller]
pub(super) fn run(wishes: Wishes, f: impl FnOnce() -> Result<(), String>) {
    let result = match place() {
        Place::Here => f(),
        Place::Chosen(child) => return child.fulfil(f),
        Place::Passed => Ok(()),
        Place::Elsewhere(parent) => parent.run(wishes),
        Place::Nowhere(why) => Err(why),
    };
    if let Err(message) = result {
        panic!("{message}");
    }
}

/// Where the closure of a call is called.
enum Place {
    Here,
    /// Here, in the process that was started for it.
    Chosen(&'static Child),
    /// In another process, but not in one that this one starts.
    Passed,
    /// In a process that is to be started.
    Elsewhere(Parent),
    Nowhere(String),
}

fn place() -> Place {
    let name = thread::current().name().map(String::from);
    match (Child::this(), name) {
        (Some(child), _) if child.is_inside() => Place::Here,
        (Some(child), Some(name)) if child.is_test(&name) => {
            if child.is_next() {
                Place::Chosen(child)
            } else {
                Place::Passed
            }
        }
        (None, Some(name)) if name == "main" => Place::Here,
        (None, Some(name)) => Place::Elsewhere(Parent::new(name)),
        (_, name) => Place::Nowhere(parent::not_a_test(name.as_deref())),
    }
}
