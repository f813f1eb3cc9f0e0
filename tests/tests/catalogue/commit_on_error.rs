//! **A transaction that commits although the body has failed.** A destructor does not know how the body
//! has ended, and so half of the work is there for ever. Met where a batch is flushed or committed in
//! `Drop`. Found by looking at the table after each run: there has to be all or nothing.

use std::error::Error;

use guard_core::testing::Faults;
use guard_core::{Exit, context_manager, yield_point};
use rusqlite::Connection;

pub(crate) fn table() -> rusqlite::Result<Connection> {
    let database = Connection::open_in_memory()?;
    database.execute_batch("CREATE TABLE account (owner TEXT, money INTEGER)")?;
    Ok(database)
}

pub(crate) fn rows(database: &Connection) -> rusqlite::Result<i64> {
    let count = "SELECT count(*) FROM account";
    database.query_row(count, [], |row| row.get(0))
}

fn transfer(database: &Connection, faults: &Faults) -> Result<(), Box<dyn Error>> {
    database.execute("INSERT INTO account VALUES ('from', -10)", [])?;
    faults.point("transfer")?;
    database.execute("INSERT INTO account VALUES ('to', 10)", [])?;
    Ok(())
}

struct Batch<'a>(&'a Connection);

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.0.execute_batch("COMMIT") {
            eprintln!("{error}");
        }
    }
}

pub(crate) fn buggy(database: &Connection, faults: &Faults) -> Result<(), Box<dyn Error>> {
    database.execute_batch("BEGIN")?;
    let batch = Batch(database);
    transfer(batch.0, faults)
}

#[context_manager]
fn transaction(database: &Connection) -> rusqlite::Result<&Connection> {
    database.execute_batch("BEGIN")?;
    match yield_point!(database) {
        Exit::Completed => database.execute_batch("COMMIT"),
        _ => database.execute_batch("ROLLBACK"),
    }
}

pub(crate) fn mended(database: &Connection, faults: &Faults) -> Result<(), Box<dyn Error>> {
    transaction(database).try_with(|database| transfer(database, faults))
}
