//! What our context managers cost, beside the same done by hand and by others.
//!
//! `cargo run --release -p guard-benches` measures, prints one table, and fails where a bar is missed.

pub mod cases;
pub mod options;
pub mod table;
pub mod wall;

pub mod allocations;
pub mod compile;
pub mod instructions;
mod measure;
pub mod python;
mod row;
pub mod sizes;
mod target;

pub use measure::measure;
pub use row::{Bar, Beside, Known, Limit, Row, Verdict};
