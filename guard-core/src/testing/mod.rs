//! Finds cleanup that silently fails or never runs, before production does. Needs the feature
//! `testing`.

mod tracker;

pub use tracker::{Close, Handle, Moment, Outcome, Record, Resource, ResourceTracker};
mod faults;
pub use faults::{Faults, FaultyIo, Injected, Plan, PlanError};
