//! What it costs to compile context managers: generated crates, compiled by child processes of cargo.
//!
//! Everything generated is under `target/benches/compile`. What the generated crates depend on is
//! built beforehand and not counted, but for the cold builds of [`Part::Trees`]. Times are those that
//! the processors have spent on a child and its children, which is what other work on the machine
//! disturbs least, and the least of all rounds; what is compared takes turns.

mod builds;
mod clock;
mod expansion;
mod growth;
mod kinds;
mod project;
mod size;
mod tree;

use std::io;

use crate::row::Row;
use project::Workspace;

/// The part of the table that these rows belong to.
const SECTION: &str = "compile time";

/// What is measured, and how thoroughly.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many context managers a generated crate has.
    pub functions: usize,
    /// How often everything is measured.
    pub rounds: usize,
    /// What is measured, in this order.
    pub parts: Vec<Part>,
}

/// What can be measured by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Checks, builds, and both again after an edit.
    Builds,
    /// What the attribute alone takes, and what it writes.
    Expansion,
    /// Everything that has to be built before a crate that has us as its dependency.
    Trees,
    /// Whether a function costs the same in a small crate and in a large one.
    Growth,
    /// What a context manager adds to a program.
    Size,
}

impl Part {
    /// Every part, in the order of the table.
    pub const ALL: [Part; 5] = [
        Part::Builds,
        Part::Size,
        Part::Expansion,
        Part::Growth,
        Part::Trees,
    ];
}

impl Default for Options {
    fn default() -> Self {
        Options {
            functions: 1000,
            rounds: 3,
            parts: Part::ALL.to_vec(),
        }
    }
}

impl Options {
    /// To see whether it works: the figures mean little.
    #[must_use]
    pub fn quick() -> Self {
        Options {
            functions: 100,
            rounds: 1,
            ..Options::default()
        }
    }
}

/// Measures.
///
/// # Errors
///
/// When cargo cannot be started or a generated crate does not compile, and when files cannot be written.
pub fn rows(options: &Options) -> io::Result<Vec<Row>> {
    let workspace = Workspace::new()?;
    let mut rows = Vec::new();
    for part in &options.parts {
        rows.extend(match part {
            Part::Builds => builds::rows(&workspace, options)?,
            Part::Expansion => expansion::rows(&workspace, options)?,
            Part::Trees => tree::rows(&workspace, options)?,
            Part::Growth => growth::rows(&workspace, options)?,
            Part::Size => size::rows(&workspace, options)?,
        });
    }
    Ok(rows)
}

/// A number as people read it: `1000` is `1,000`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let grouped = digits.bytes().enumerate().flat_map(|(index, digit)| {
        let comma = index > 0 && (digits.len() - index).is_multiple_of(3);
        comma.then_some(',').into_iter().chain([char::from(digit)])
    });
    grouped.collect()
}

/// What one of `count` adds to that which there is without any.
#[expect(clippy::cast_precision_loss, reason = "counts of functions are small")]
fn per_function(with: f64, without: f64, count: usize) -> f64 {
    (with - without).max(0.0) / count.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::{grouped, per_function};

    #[test]
    fn thousands_are_told_apart() {
        assert_eq!(
            [7, 100, 1000, 1_234_567].map(grouped),
            ["7", "100", "1,000", "1,234,567"]
        );
    }

    #[test]
    fn what_is_there_without_any_is_not_counted() {
        assert!((per_function(1100.0, 100.0, 1000) - 1.0).abs() < 1e-9);
        assert!((per_function(99.0, 100.0, 10)).abs() < 1e-9);
    }
}
