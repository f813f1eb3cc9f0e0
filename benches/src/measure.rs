use std::io;

use crate::cases::{self, Comparison};
use crate::instructions::Counts;
use crate::options::{Options, Part};
use crate::row::{Beside, Row};
use crate::{allocations, compile, instructions, python, sizes, wall};

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

/// Instructions, and unless it has to be quick, beside them what the clock and the allocator say, and
/// what `CPython` takes.
fn of_running(quick: bool) -> io::Result<Vec<Row>> {
    let instructions = instructions::count()?;
    let comparisons = cases::comparisons();
    let plain = |comparison: &Comparison| row(comparison, &instructions);
    if quick {
        return Ok(comparisons.iter().map(plain).collect());
    }
    let times = wall::time()?;
    let allocations = allocations::count()?;
    let beside = |comparison: &Comparison| Row {
        beside: vec![
            both("ns", comparison, |name| times[name]),
            both("allocations", comparison, |name| allocations[name]),
        ],
        ..plain(comparison)
    };
    let mut rows: Vec<Row> = comparisons.iter().map(beside).collect();
    rows.extend(python::rows(&times));
    Ok(rows)
}

fn row(comparison: &Comparison, instructions: &Counts) -> Row {
    Row {
        section: comparison.section,
        what: comparison.what.to_owned(),
        against: comparison.against.to_owned(),
        unit: "instructions",
        ours: instructions[comparison.ours.name],
        theirs: instructions[comparison.theirs.name],
        bar: comparison.bar,
        beside: Vec::new(),
    }
}

fn both(unit: &'static str, comparison: &Comparison, figure: impl Fn(&str) -> f64) -> Beside {
    Beside {
        unit,
        ours: figure(comparison.ours.name),
        theirs: figure(comparison.theirs.name),
    }
}
