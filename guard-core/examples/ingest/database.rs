//! The connection, and the transaction that borrows it.

use std::fs;
use std::path::Path;

use guard_core::{context_manager, yield_point};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::error::Error;
use crate::journal::Journal;

/// Where the body does not complete, no database is left that was not there before.
#[context_manager]
pub(crate) fn connection(path: &Path, journal: &Journal) -> Result<Connection, Error> {
    let entry = journal.entry("connection");
    let is_new = !path.exists();
    let db = Connection::open(path)?;
    let exit = yield_point!(db);
    entry.ended(exit);
    db.close().map_err(|(_, error)| error)?;
    if is_new && !exit.is_completed() {
        fs::remove_file(path).map_err(Error::at(path))?;
    }
    Ok(())
}

/// Commits if the body completes, and on no other way out.
#[context_manager]
pub(crate) fn transaction<'c>(
    db: &'c mut Connection,
    journal: &Journal,
) -> Result<Transaction<'c>, Error> {
    let entry = journal.entry("transaction");
    // From the start the only writer, not from the first row on.
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let exit = yield_point!(tx);
    entry.ended(exit);
    if exit.is_completed() {
        tx.commit()?;
    } else {
        tx.rollback()?;
    }
    Ok(())
}
