//! What makes the commits of several databases one.
//!
//! SQLite commits one database as a whole or not at all, and when a program dies in the middle it
//! rolls back before the next one reads. Of several connections it commits one after the other: one
//! commit can fail, or the program die, when others are done. (It commits several databases as one
//! if they are attached to one connection, which are ten at most and not in WAL mode.)
//!
//! So the databases are copied before they are changed, and there is one moment at which all that
//! has been committed counts: when the directory with the copies is renamed.
//!
//! | what a run finds when it has the lock | when the one before it was killed | what it does |
//! |---|---|---|
//! | `ingest.before.part` | before any database was changed | removes it |
//! | `ingest.before` | before all were committed, or as they were put back | puts them back |
//! | `ingest.done` | after all were committed or put back | removes it |
//!
//! Putting back leaves the copies where they are, and so can be begun anew as often as it is
//! interrupted. Where it fails, the error is told and `ingest.before` stays for the next run.
//!
//! It costs the time to copy the databases and the room for the copies. It does not keep other
//! programs out, as a transaction does: one that reads between two commits sees the one and not the
//! other, and what one writes between the copy and the transaction is lost if the copy is put back.

use std::path::{Path, PathBuf};

use guard_core::{ExitErrors, context_manager, yield_point};
use rusqlite::Connection;

use crate::disk;
use crate::error::Error;
use crate::files::{appearing, with_suffix};
use crate::journal::Journal;
use crate::shard;

/// Instead of a copy, of a database that was not there.
const ABSENT: &str = "absent";

/// Unless the body completes, the shards are afterwards what they were before. They are opened
/// after it and closed before it: to copy a file ends the locks that its process has on it.
#[context_manager]
pub(crate) fn snapshot(dir: &Path, shards: u64, journal: &Journal) -> Result<(), Error> {
    let entry = journal.entry("snapshot");
    recover(dir)?;
    check_number(dir, shards)?;
    appearing(&before(dir)).try_with(|copies| {
        let mut paths = (1..=shards).map(|number| shard::path(dir, number));
        paths.try_for_each(|path| keep(&path, copies))
    })?;
    let exit = yield_point!();
    entry.ended(exit);
    if !exit.is_completed() {
        put_all_back(dir)?;
        return settle(dir);
    }
    let settled = settle(dir);
    if before(dir).exists() {
        // The next run will put the copies back: so this one does not leave what it has committed.
        return Ok(ExitErrors::of([settled, put_all_back(dir)])?);
    }
    settled
}

fn before(dir: &Path) -> PathBuf {
    dir.join("ingest.before")
}

fn done(dir: &Path) -> PathBuf {
    dir.join("ingest.done")
}

/// Undoes what a run has left that did not come to its end.
fn recover(dir: &Path) -> Result<(), Error> {
    for left in [with_suffix(&before(dir), ".part"), done(dir)] {
        disk::remove_all_if_there(&left)?;
    }
    if !before(dir).exists() {
        return Ok(());
    }
    eprintln!("ingest: putting back the databases, as a run has not come to its end");
    put_all_back(dir)?;
    settle(dir)
}

/// Tables of another run would be spread over another number of shards.
fn check_number(dir: &Path, asked: u64) -> Result<(), Error> {
    let there = shard::numbers(dir)?;
    if there.is_empty() || there.iter().copied().eq(1..=asked) {
        return Ok(());
    }
    let dir = dir.to_owned();
    Err(Error::OtherShards { dir, there, asked })
}

fn keep(database: &Path, copies: &Path) -> Result<(), Error> {
    let copy = copies.join(database.file_name().unwrap_or_default());
    if database.exists() {
        roll_back(database).map_err(Error::in_database(database))?;
        disk::copy(database, &copy)
    } else {
        disk::create(&copy.with_extension(ABSENT)).map(drop)
    }
}

/// What another program has left in mid-transaction, as SQLite does before it reads.
fn roll_back(database: &Path) -> rusqlite::Result<()> {
    let db = Connection::open(database)?;
    db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
}

fn put_all_back(dir: &Path) -> Result<(), Error> {
    for copy in disk::entries(&before(dir))? {
        put_back(dir, &copy)?;
    }
    disk::sync_dir(dir)
}

fn put_back(dir: &Path, copy: &Path) -> Result<(), Error> {
    let name = copy.file_name().unwrap_or_default();
    let database = dir.join(name).with_extension("db");
    // First, as SQLite would take them for those of the copy.
    for suffix in ["-journal", "-wal", "-shm"] {
        disk::remove_if_there(&with_suffix(&database, suffix))?;
    }
    if copy.extension().is_some_and(|kind| kind == ABSENT) {
        disk::remove_if_there(&database)
    } else {
        disk::copy(copy, &database)
    }
}

/// Decides that the databases stay as they are now.
fn settle(dir: &Path) -> Result<(), Error> {
    let done = done(dir);
    disk::rename(&before(dir), &done)?;
    disk::sync_dir(dir)?;
    // The next run removes what cannot be removed now.
    disk::remove_all_if_possible(&done);
    Ok(())
}
