//! What our context managers cost, beside the same done by hand and by others.
//!
//! `cargo run --release -p guard-benches` measures, prints one table, and fails where a bar is missed.

pub mod allocations;
pub mod cases;
pub mod compile;
pub mod instructions;
pub mod options;
pub mod python;
pub mod row;
pub mod sizes;
pub mod table;
pub mod wall;

mod measure;

pub use measure::measure;
