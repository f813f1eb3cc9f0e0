//! Finds cleanup that silently fails or never runs, before production does. Needs the feature
//! `testing`, as a dev-dependency.
//!
//! It works on any guard: a context manager of this crate, one of scopeguard, a type of your own with
//! a destructor, a plain function.
//!
//! | to see whether | there is |
//! |---|---|
//! | everything is cleaned up, whatever fails and wherever | [`exhaust`](exhaust()), [`exhaust_async`], [`Exhaust`] |
//! | nothing is left: descriptors, threads, child processes, temporary files, memory | [`no_leaks`], [`LeakCheck`] |
//! | what is opened is closed once, in which order, and how its body had ended | [`ResourceTracker`] |
//! | a test leaves no directory behind, unless it fails | [`temp_dir`] with [`#[within]`](macro@crate::within) |
//! | many tests can share what is dear, and it is torn down | [`Shared`] |
//! | a test is disturbed by those beside it | [`isolated`], [`serial`] |
//!
//! ```
//! use guard_core::testing::exhaust;
//! use std::io::{self, Read};
//!
//! fn first_line(mut file: impl Read) -> io::Result<String> {
//!     let mut text = String::new();
//!     file.read_to_string(&mut text)?;
//!     Ok(text.lines().next().unwrap_or_default().to_owned())
//! }
//!
//! // In a `#[test]`: nothing is left behind, whichever read fails.
//! exhaust(|faults| first_line(faults.io("file", &b"one\ntwo\n"[..])));
//! ```
//!
//! `docs/testing.md` leads from a leaky function to a test that fails, and to the mended function.

mod exhaust;
mod faults;
mod isolated;
mod leaks;
pub(crate) mod ledger;
mod plain;
mod shared;
mod temp_dir;
mod timeline;
mod tracker;

pub use crate::raw::CountingAllocator;
pub(crate) use exhaust::heard;
pub use exhaust::{Ended, Exhaust, Ran, Report, Summary, exhaust, exhaust_async};
pub use faults::{Faults, FaultyIo, Injected, Plan, PlanError};
pub use isolated::{isolated, serial};
pub use leaks::{ChildState, Leak, LeakCheck, LeakWatch, Leaks, no_leaks};
pub use shared::{Shared, SharedFailure, SharedRef, UntilExit};
pub use temp_dir::{TempDir, TempDirBody, temp_dir};
pub use timeline::Timeline;
pub use tracker::{Close, Handle, Moment, Outcome, Problem, Record, Resource, ResourceTracker};

use std::any::Any;

/// The message of a panic.
fn message(payload: &(dyn Any + Send)) -> &str {
    crate::lost::message(payload).unwrap_or("a payload that is no text")
}
