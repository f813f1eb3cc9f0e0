//! Finds cleanup that silently fails or never runs, before production does. Needs the feature
//! `testing`.

mod exhaust;
mod faults;
mod isolated;
mod leaks;
pub(crate) mod ledger;
mod timeline;
mod tracker;

pub use crate::raw::CountingAllocator;
pub(crate) use exhaust::heard;
pub use exhaust::{Ended, Exhaust, Ran, Report, Summary, exhaust, exhaust_async};
pub use faults::{Faults, FaultyIo, Injected, Plan, PlanError};
pub use isolated::{isolated, serial};
pub use leaks::{ChildState, Leak, LeakCheck, LeakWatch, Leaks, no_leaks};
pub use timeline::Timeline;
pub use tracker::{Close, Handle, Moment, Outcome, Problem, Record, Resource, ResourceTracker};

use std::any::Any;
use std::string::String;

/// The message of a panic.
fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("a payload that is no text")
}
