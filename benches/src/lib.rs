//! What our context managers cost, beside the same done by hand and by others.
//!
//! `cargo run --release -p guard-benches` measures, prints one table, and fails where a bar is missed.

pub mod cases;
pub mod compile;
pub mod row;
