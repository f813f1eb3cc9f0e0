//! Compares before and after, and says what is left behind.

mod allocations;
mod check;
mod children;
mod descriptors;
mod files;
mod procfs;
mod report;
mod sockets;
mod threads;
mod watch;

pub use check::{LeakCheck, no_leaks};
pub use report::{ChildState, Leak, Leaks};
pub use watch::LeakWatch;
