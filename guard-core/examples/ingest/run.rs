//! The whole program: what is held, and what is done meanwhile.

use std::path::Path;

use guard_core::{ExitStack, with};

use crate::cli::Options;
use crate::error::Error;
use crate::files::{replacing, work_dir};
use crate::journal::{self, Journal};
use crate::load::{self, Loaded};
use crate::lock::lock_file;
use crate::say;
use crate::shard::{self, shard};
use crate::snapshot::snapshot;
use crate::table::{self, Table};

pub(crate) fn run(options: &Options) -> Result<(), Error> {
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
