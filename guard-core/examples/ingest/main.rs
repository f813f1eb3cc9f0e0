//! Reads CSV files into an SQLite database, with a context manager for everything that has to be
//! given back.
//!
//! ```text
//! cargo run --example ingest                            # the penguins, into a temporary directory
//! cargo run --example ingest -- --dir out               # the same, into out/ingest.db
//! cargo run --example ingest -- --dir out a.csv b.csv   # tables `a` and `b`
//! ```
//!
//! Every file becomes a table of its name, which replaces the one that was there. All of them are
//! loaded in one transaction: either all are in the database afterwards, or it is what it was
//! before, byte for byte. A row that does not fit names its file and line.
//!
//! What a run holds, and what becomes of it:
//!
//! | held | when all went well | otherwise | after `kill -9`, the next run |
//! |---|---|---|---|
//! | directory | removed if temporary | the same | – |
//! | `ingest.lock` | removed | removed | takes it over |
//! | `report.csv.part` | renamed to `report.csv` | removed | overwrites it |
//! | connection | closed | closed, and a database that is new is removed | opens it |
//! | transaction | committed | rolled back | SQLite rolls it back |
//! | progress bar | cleared | cleared | – |
//!
//! Afterwards a table shows what was entered and exited, when, and how.
//!
//! To see what happens when a run is killed, or when two meet, hold one in mid-transaction:
//!
//! ```text
//! cargo run --example ingest -- --dir out --pause-after 100
//! ```
//!
//! Reading guide: `ingest` and `load` below are the whole program; `lock.rs`, `files.rs`,
//! `database.rs` and `journal.rs` have the context managers, `table.rs` has none.

#![allow(clippy::doc_markdown, reason = "SQLite is a name, not code")]

mod cli;
mod database;
mod error;
mod files;
mod journal;
mod load;
mod lock;
mod table;

use std::path::Path;
use std::process::ExitCode;
use std::{env, io};

use guard_core::{on_lost_error, with};

use crate::cli::{Command, Options};
use crate::database::{connection, transaction};
use crate::error::Error;
use crate::files::{replacing, work_dir};
use crate::journal::Journal;
use crate::load::{Loaded, Pause};
use crate::lock::lock_file;
use crate::table::Table;

const DATABASE: &str = "ingest.db";

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
            eprintln!("ingest: {error}");
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
            Some(dir) => say(&format!("database: {}", dir.join(DATABASE).display())),
            None => say("database: temporary, gone by now (`--dir DIR` keeps it)"),
        }
        Ok(())
    })
}

/// The report is opened before anything is loaded, so that nothing is loaded that cannot be
/// reported, and gets its name after the commit, so that it never reports what is not there.
fn ingest(dir: &Path, tables: &[Table], options: &Options, journal: &Journal) -> Result<(), Error> {
    let [lock, report, database] = ["ingest.lock", "report.csv", DATABASE].map(|n| dir.join(n));
    with!(lock = lock_file(&lock, journal)?, report = replacing(&report, journal)? => {
        lock.announce();
        let mut pause = Pause::new(options.pause_after);
        let loaded = load_all(&database, tables, &mut pause, journal)?;
        journal.phase("report").try_with(|()| load::report(report, &loaded))?;
    });
    Ok(())
}

/// Loads all tables or none.
fn load_all(
    database: &Path,
    tables: &[Table],
    pause: &mut Pause,
    journal: &Journal,
) -> Result<Vec<Loaded>, Error> {
    let loaded: Vec<_> = connection(database, journal).try_with(|db| {
        transaction(db, journal).try_with(|tx| {
            let load = |table| load::load(tx, table, pause, journal);
            tables.iter().map(load).collect::<Result<_, Error>>()
        })
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
