use std::collections::BTreeMap;
use std::io;

use crate::allocations::{self, Allocations};
use crate::cases::{self, Comparison};
use crate::options::{Options, Part};
use crate::row::{Bar, Beside, Limit, Row};
use crate::{compile, instructions, python, sizes, wall};

/// By the names of functions.
type Figures = BTreeMap<String, f64>;

/// Measures what was asked for.
///
/// # Errors
///
/// When a program that is needed is not there, or does something else than it should.
pub fn measure(options: &Options) -> io::Result<Vec<Row>> {
    let mut rows = Vec::new();
    if options.has(Part::Run) {
        rows.extend(of_running(options.quick)?);
        rows.extend(sizes::rows());
    }
    if options.has(Part::Compile) {
        rows.extend(compile::rows(&compile_options(options.quick))?);
    }
    Ok(rows)
}

fn compile_options(quick: bool) -> compile::Options {
    if quick {
        compile::Options::quick()
    } else {
        compile::Options::default()
    }
}

/// Instructions, beside them what the clock says and what `CPython` takes unless it has to be quick, and
/// allocations.
fn of_running(quick: bool) -> io::Result<Vec<Row>> {
    let comparisons = cases::comparisons();
    let allocations = allocations::count()?;
    let allocations: Vec<Row> = comparisons
        .iter()
        .map(|comparison| of_allocating(comparison, &allocations))
        .collect::<io::Result<_>>()?;
    let instructions = instructions::count()?;
    let row = |comparison| of_instructions(comparison, &instructions);
    let mut rows: Vec<Row> = comparisons.iter().map(row).collect::<io::Result<_>>()?;
    if !quick {
        let times = wall::time()?;
        for (row, comparison) in rows.iter_mut().zip(&comparisons) {
            let [ours, theirs] = sides(comparison, &times)?;
            let unit = "ns";
            row.beside.push(Beside { unit, ours, theirs });
        }
        rows.extend(python::rows(&times));
    }
    rows.extend(allocations);
    Ok(rows)
}

fn of_instructions(comparison: &Comparison, instructions: &Figures) -> io::Result<Row> {
    let [ours, theirs] = sides(comparison, instructions)?;
    Ok(Row {
        section: comparison.section,
        what: comparison.what.to_owned(),
        against: comparison.against.to_owned(),
        unit: "instructions",
        ours,
        theirs,
        bar: comparison.bar,
        beside: Vec::new(),
    })
}

/// Of a whole round: all entries of a stack.
fn of_allocating(comparison: &Comparison, allocations: &Allocations) -> io::Result<Row> {
    #[expect(clippy::cast_precision_loss, reason = "they are not that many")]
    let bar = Bar::of(Limit::Count(comparison.allocations as f64));
    let [ours, theirs] = sides(comparison, &allocations.bytes)?;
    let bytes = Beside {
        unit: "bytes",
        ours,
        theirs,
    };
    Ok(Row {
        section: "allocations",
        unit: "allocations",
        bar: Some(bar),
        beside: vec![bytes],
        ..of_instructions(comparison, &allocations.counts)?
    })
}

fn sides(comparison: &Comparison, figures: &Figures) -> io::Result<[f64; 2]> {
    let figure = |name: &str| {
        let figure = figures.get(name).copied();
        let missing = || format!("`{name}` was not measured: build guard-benches anew");
        figure.ok_or_else(|| io::Error::other(missing()))
    };
    Ok([
        figure(comparison.ours.name)?,
        figure(comparison.theirs.name)?,
    ])
}
