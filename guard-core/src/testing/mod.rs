//! Finds cleanup that silently fails or never runs, before production does. Needs the feature
//! `testing`.

mod isolated;
mod leaks;
pub(crate) mod ledger;

pub use crate::raw::CountingAllocator;
pub use isolated::{isolated, serial};
pub use leaks::{ChildState, Leak, LeakCheck, LeakWatch, Leaks, no_leaks};
