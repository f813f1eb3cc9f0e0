//! One of the databases, in a transaction of its own.

use std::mem;
use std::path::{Path, PathBuf};

use guard_core::{Exit, ExitErrors, context_manager, yield_point};
use rusqlite::types::Value;
use rusqlite::{Connection, Statement, params_from_iter};

use crate::demo::{Demo, Where};
use crate::disk;
use crate::error::Error;
use crate::journal::Journal;
use crate::table::Table;

pub(crate) fn path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("ingest-{number}.db"))
}

/// The numbers of the shards that there are, in order.
pub(crate) fn numbers(dir: &Path) -> Result<Vec<u64>, Error> {
    let entries = disk::entries(dir)?;
    let mut numbers: Vec<_> = entries
        .iter()
        .filter_map(|file| number(dir, file))
        .collect();
    numbers.sort_unstable();
    Ok(numbers)
}

fn number(dir: &Path, file: &Path) -> Option<u64> {
    let name = file.file_name()?.to_str()?;
    let digits = name.strip_prefix("ingest-")?.strip_suffix(".db")?;
    let number = digits.parse().ok()?;
    // `ingest-01.db` is none of ours.
    (path(dir, number) == file).then_some(number)
}

/// What the body is lent.
pub(crate) struct Shard {
    path: PathBuf,
    db: Connection,
    fails_to_write: bool,
}

/// Commits if the body completes, and on no other way out. Every step of the exit half is taken
/// whatever the others do, and all their errors are kept.
#[context_manager]
pub(crate) fn shard(
    dir: &Path,
    number: u64,
    demo: &Demo,
    journal: &Journal,
) -> Result<Shard, Error> {
    let entry = journal.entry(format!("shard {number}"));
    let path = path(dir, number);
    let db = begin(&path, number, demo).map_err(Error::in_database(&path))?;
    let shard = Shard {
        path,
        db,
        fails_to_write: demo.fails(Where::Write, number),
    };
    let exit = yield_point!(shard);
    entry.ended(exit);
    if exit.is_completed() {
        demo.before_commit(number);
    }
    shard.end(exit)
}

fn begin(path: &Path, number: u64, demo: &Demo) -> rusqlite::Result<Connection> {
    let db = if demo.fails(Where::Open, number) {
        Connection::open(path.join("in a file there is no file"))?
    } else {
        Connection::open(path)?
    };
    // From the start the only writer, not from the first row on.
    db.execute_batch("BEGIN IMMEDIATE")?;
    if demo.fails(Where::Commit, number) {
        db.execute_batch(DANGLING_REFERENCE)?;
    }
    if demo.fails(Where::Close, number) {
        // A connection with a statement is not closed.
        mem::forget(db.prepare("SELECT 1")?);
    }
    Ok(db)
}

/// What SQLite looks at when it commits.
const DANGLING_REFERENCE: &str = "
    PRAGMA foreign_keys = ON;
    CREATE TEMP TABLE dangling (
        id INTEGER PRIMARY KEY,
        other REFERENCES dangling DEFERRABLE INITIALLY DEFERRED
    );
    INSERT INTO dangling VALUES (1, 2)";

impl Shard {
    /// Makes the table anew.
    pub(crate) fn create(&self, table: &Table) -> Result<Insert<'_>, Error> {
        let prepare = || {
            self.db.execute_batch(&table.create_sql())?;
            if self.fails_to_write {
                self.db.execute_batch(&table.refuse_sql())?;
            }
            self.db.prepare(&table.insert_sql())
        };
        Ok(Insert {
            shard: self,
            statement: prepare().map_err(Error::in_database(&self.path))?,
        })
    }

    fn end(self, exit: Exit<'_>) -> Result<(), Error> {
        let Shard { path, db, .. } = self;
        let committed = match exit {
            Exit::Completed => db.execute_batch("COMMIT"),
            _ => Ok(()),
        };
        // Not all errors make SQLite roll back on its own.
        let rolled_back = if db.is_autocommit() {
            Ok(())
        } else {
            db.execute_batch("ROLLBACK")
        };
        let closed = db.close().map_err(|(_, error)| error);
        let ended = [committed, rolled_back, closed];
        let ended = ended.map(|step| step.map_err(Error::in_database(&path)));
        Ok(ExitErrors::of(ended)?)
    }
}

/// Inserts rows into the table of one shard.
pub(crate) struct Insert<'s> {
    shard: &'s Shard,
    statement: Statement<'s>,
}

impl Insert<'_> {
    pub(crate) fn row(&mut self, row: Vec<Value>) -> Result<(), Error> {
        let inserted = self.statement.execute(params_from_iter(row));
        inserted.map_err(Error::in_database(&self.shard.path))?;
        Ok(())
    }
}
