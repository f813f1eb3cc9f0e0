//! Finds cleanup that silently fails or never runs, before production does. Needs the feature
//! `testing`.

mod plain;
mod timeline;
mod tracker;

pub use timeline::Timeline;
pub use tracker::{Close, Handle, Moment, Outcome, Problem, Record, Resource, ResourceTracker};
