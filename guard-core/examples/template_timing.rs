//! Timings behind a flag: a template.
//!
//! ```text
//! cargo run --example template_timing                             # the penguins, by species
//! cargo run --example template_timing -- --timings                # with what took how long
//! cargo run --example template_timing -- --timings measured.csv   # columns `species`, `body_mass_g`
//! ```
//!
//! With `--timings` a line for each part goes to standard error when it has ended, so that inner ones
//! come before that which they are part of. It says how the part has ended, too, also if it fails or
//! panics:
//!
//! ```text
//!     read: 124.2µs, Completed
//!     parse: 1.3ms, Failed
//!   load: 1.5ms, Failed
//! total: 1.6ms, Failed
//! ```
//!
//! `Option<Context>` is a context: `timings.then(|| timed("parse")).try_with(|_| ..)` times only if it is
//! to, and the body is the same. To change: `timed`, to log or to sum up; and the work.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use std::{env, fs, iter};

use guard_core::{ContextManager, context_manager, yield_point};

const PENGUINS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/penguins.csv");

thread_local! {
    /// How many timings of this thread have begun and not ended.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Tells how long the body took, and how it has ended.
#[context_manager]
fn timed(what: &str) {
    let depth = DEPTH.replace(DEPTH.get() + 1);
    let start = Instant::now();
    let exit = yield_point!();
    let took = start.elapsed();
    DEPTH.set(depth);
    let indent = 2 * depth;
    // A program is not to fail because nobody listens to this.
    let _ = writeln!(io::stderr(), "{:indent$}{what}: {took:.1?}, {exit}", "");
}

fn main() -> ExitCode {
    let Some((timings, path)) = options(env::args_os().skip(1)) else {
        eprintln!("template_timing: usage: template_timing [--timings] [FILE.csv]");
        return ExitCode::from(2);
    };
    match run(timings, &path) {
        Ok(table) => {
            // The work is done, whether anybody listens or not.
            let _ = io::stdout().write_all(table.as_bytes());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("template_timing: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(timings: bool, path: &Path) -> Result<String, String> {
    timings.then(|| timed("total")).try_with(|_| {
        let birds = load(timings, path)?;
        let sums = timings.then(|| timed("sum up")).with(|_| sum_up(birds));
        Ok(timings.then(|| timed("lay out")).with(|_| lay_out(&sums)))
    })
}

fn load(timings: bool, path: &Path) -> Result<Vec<Bird>, String> {
    let load = timings.then(|| timed("load")).try_with(|_| {
        // `with` would say that a reading that has failed was completed.
        let read = timings.then(|| timed("read")).try_with(|_| fs::read(path));
        let text = read.map_err(|error| format!(": {error}"))?;
        timings.then(|| timed("parse")).try_with(|_| parse(&text))
    });
    load.map_err(|error| format!("{}{error}", path.display()))
}

struct Bird {
    species: String,
    grams: f64,
}

/// Those that have been weighed. An error begins with the line, if it is in one.
fn parse(text: &[u8]) -> Result<Vec<Bird>, String> {
    let unreadable = |error: csv::Error| format!(": {error}");
    let mut reader = csv::Reader::from_reader(text);
    let head = reader.headers().map_err(unreadable)?;
    let [species, grams] = ["species", "body_mass_g"].map(|name| {
        let column = head.iter().position(|column| column == name);
        column.ok_or_else(|| format!(": has no column `{name}`"))
    });
    let (species, grams) = (species?, grams?);
    let mut birds = Vec::new();
    for row in reader.records() {
        let row = row.map_err(unreadable)?;
        let line = row.position().map_or(0, csv::Position::line);
        if &row[grams] != "NA" {
            let number = row[grams].parse();
            birds.push(Bird {
                species: row[species].to_owned(),
                grams: number.map_err(|error| format!(":{line}: `{}`: {error}", &row[grams]))?,
            });
        }
    }
    Ok(birds)
}

/// How many there are of each species, and what they weigh together.
fn sum_up(birds: Vec<Bird>) -> BTreeMap<String, (u32, f64)> {
    let mut sums = BTreeMap::new();
    for Bird { species, grams } in birds {
        let (count, sum) = sums.entry(species).or_default();
        *count += 1;
        *sum += grams;
    }
    sums
}

fn lay_out(sums: &BTreeMap<String, (u32, f64)>) -> String {
    let head = String::from("species     birds  mean mass\n");
    let line = |(species, (count, sum)): (&String, &(u32, f64))| {
        let mean = sum / f64::from(*count);
        format!("{species:10}  {count:>5}  {mean:>7.0} g\n")
    };
    iter::once(head).chain(sums.iter().map(line)).collect()
}

fn options(args: impl Iterator<Item = OsString>) -> Option<(bool, PathBuf)> {
    let (mut timings, mut path) = (false, None);
    for arg in args {
        match arg.to_str() {
            Some("--timings") => timings = true,
            Some(flag) if flag.starts_with('-') => return None,
            _ if path.is_some() => return None,
            _ => path = Some(arg.into()),
        }
    }
    Some((timings, path.unwrap_or_else(|| PENGUINS.into())))
}
