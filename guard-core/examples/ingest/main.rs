//! Reads CSV files into a number of SQLite databases, with a context manager for everything that
//! has to be given back.
//!
//! ```text
//! cargo run --example ingest                            # the penguins, into a temporary directory
//! cargo run --example ingest -- --dir out               # the same, into out/ingest-1.db to -3.db
//! cargo run --example ingest -- --dir out a.csv b.csv   # tables `a` and `b`
//! cargo run --example ingest -- --shards 12             # more of them
//! ```
//!
//! Every file becomes a table of its name, which replaces the one that was there; there is one in
//! every database, and the rows go round robin. Each database has its own transaction: either all
//! of them have all tables afterwards, or each is what it was before, byte for byte. A row that
//! does not fit names its file and line. All errors are told, not only the first.
//!
//! What a run holds, and what becomes of it:
//!
//! | held | when all went well | otherwise | after `kill -9`, the next run |
//! |---|---|---|---|
//! | directory | removed if temporary | the same | – |
//! | `ingest.lock` | removed | removed | takes it over |
//! | `report.csv.part` | renamed to `report.csv` | removed | overwrites it |
//! | `ingest.before`, copies of the databases | removed | put back, then removed | the same |
//! | connections | closed | closed | – |
//! | transactions | committed | rolled back | puts the databases back |
//! | progress bar | cleared | cleared | – |
//!
//! How many databases there are is known only at run time, so they and the copies are held by one
//! [`ExitStack`]. It closes them last in, first out, tells each if another has failed before, and
//! keeps all errors. Some may be committed when one fails: that is what the copies are for.
//!
//! Afterwards a table shows what was entered and exited, when, and how.
//!
//! To see what happens when a database fails, when a run is killed, or when two meet:
//!
//! ```text
//! cargo run --example ingest -- --dir out --fail commit:2 --fail close:1
//! cargo run --example ingest -- --dir out --pause-after 100
//! cargo run --example ingest -- --dir out --pause-commit 1
//! ```
//!
//! Reading guide: `ingest` and `load_all` below are the whole program; `lock.rs`, `files.rs`,
//! `snapshot.rs`, `shard.rs` and `journal.rs` have the context managers, `table.rs` has none.

#![allow(clippy::doc_markdown, reason = "SQLite is a name, not code")]

mod cli;
mod demo;
mod error;
mod files;
mod journal;
mod load;
mod lock;
mod shard;
mod snapshot;
mod table;

use std::path::Path;
use std::process::ExitCode;
use std::{env, io};

use guard_core::{ExitStack, on_lost_error, with};

use crate::cli::{Command, Options};
use crate::error::Error;
use crate::files::{replacing, work_dir};
use crate::journal::Journal;
use crate::load::Loaded;
use crate::lock::lock_file;
use crate::shard::shard;
use crate::snapshot::snapshot;
use crate::table::Table;

fn main() -> ExitCode {
    on_lost_error(|lost| eprintln!("ingest: {lost}"));
    match cli::parse(env::args_os().skip(1)) {
        Ok(Command::Help) => {
            say(cli::HELP);
            ExitCode::SUCCESS
        }
        Ok(Command::Run(options)) => finish(run(&options)),
        Err(wrong) => {
            eprintln!("ingest: {wrong}; see --help");
            ExitCode::from(2)
        }
    }
}

fn finish(result: Result<(), Error>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error::print(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Error> {
    journal::printed().try_with(|journal| {
        // Before anything is touched: most mistakes in arguments show here.
        let tables = journal
            .phase("plan")
            .try_with(|()| table::plan(&options.files))?;
        let dir = options.dir.as_deref();
        work_dir(dir, journal).try_with(|dir| ingest(dir, &tables, options, journal))?;
        match dir {
            Some(dir) => {
                let [first, last] = [1, options.shards].map(|number| shard::path(dir, number));
                say(&format!(
                    "databases: {} .. {}",
                    first.display(),
                    last.display()
                ));
            }
            None => say("databases: temporary, gone by now (`--dir DIR` keeps them)"),
        }
        Ok(())
    })
}

/// The report is opened before anything is loaded, so that nothing is loaded that cannot be
/// reported, and gets its name after the commit, so that it never reports what is not there.
fn ingest(dir: &Path, tables: &[Table], options: &Options, journal: &Journal) -> Result<(), Error> {
    let [lock, report] = ["ingest.lock", "report.csv"].map(|name| dir.join(name));
    with!(lock = lock_file(&lock, journal)?, report = replacing(&report, journal)? => {
        lock.announce();
        let loaded = load_all(dir, tables, options, journal)?;
        journal.phase("report").try_with(|()| load::report(report, &loaded))?;
    });
    Ok(())
}

/// Loads all tables into all shards, or none into any.
fn load_all(
    dir: &Path,
    tables: &[Table],
    options: &Options,
    journal: &Journal,
) -> Result<Vec<Loaded>, Error> {
    let loaded = ExitStack::local_scope(|stack| {
        // Entered first, so that it exits when all shards are closed, and knows if one failed.
        stack.enter(snapshot(dir, options.shards, journal))?;
        let shards = (1..=options.shards).map(|n| shard(dir, n, &options.demo, journal));
        let shards = stack.enter_all(shards)?;
        let mut pause = options.demo.pause();
        let load = |table| load::load(&shards, table, &mut pause, journal);
        tables.iter().map(load).collect::<Result<Vec<_>, Error>>()
    })?;
    for table in &loaded {
        say(&table.to_string());
    }
    Ok(loaded)
}

/// Prints to standard output, where nobody need be listening: the work is done all the same.
fn say(line: &str) {
    use io::Write;
    let _ = writeln!(io::stdout(), "{line}");
}
