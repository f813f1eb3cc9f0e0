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
//! Reading guide: `run.rs` is the whole program; `lock.rs`, `files.rs`, `snapshot.rs`, `shard.rs` and
//! `journal.rs` have the context managers, `table.rs` and `disk.rs` have none.

#![allow(clippy::doc_markdown, reason = "SQLite is a name, not code")]

mod cli;
mod demo;
mod disk;
mod error;
mod files;
mod journal;
mod load;
mod lock;
mod run;
mod shard;
mod snapshot;
mod table;

use std::process::ExitCode;
use std::{env, io};

use guard_core::on_lost_error;

use crate::cli::Command;
use crate::error::Error;

fn main() -> ExitCode {
    on_lost_error(|lost| eprintln!("ingest: {lost}"));
    match cli::parse(env::args_os().skip(1)) {
        Ok(Command::Help) => {
            say(cli::HELP);
            ExitCode::SUCCESS
        }
        Ok(Command::Run(options)) => finish(run::run(&options)),
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

/// Prints to standard output, where nobody need be listening: the work is done all the same.
fn say(line: &str) {
    use io::Write;
    let _ = writeln!(io::stdout(), "{line}");
}
