//! Loads tables, and reports what was loaded.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;

use guard_core::{context_manager, enter, yield_point};
use indicatif::{ProgressBar, ProgressStyle};
use rusqlite::{Transaction, params_from_iter};

use crate::error::Error;
use crate::journal::Journal;
use crate::say;
use crate::table::Table;

/// What became of one file.
pub(crate) struct Loaded {
    table: String,
    rows: u64,
    file: String,
}

impl fmt::Display for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows in table `{}`", self.rows, self.table)
    }
}

/// Loads one table. It is not to be seen by others before `tx` is committed.
pub(crate) fn load(
    tx: &Transaction<'_>,
    table: &Table,
    pause: &mut Pause,
    journal: &Journal,
) -> Result<Loaded, Error> {
    let rows = journal
        .phase(&format!("load {}", table.name))
        .try_with(|()| insert_all(tx, table, pause))?;
    Ok(Loaded {
        table: table.name.clone(),
        rows,
        file: table.path.display().to_string(),
    })
}

fn insert_all(tx: &Transaction<'_>, table: &Table, pause: &mut Pause) -> Result<u64, Error> {
    tx.execute_batch(&table.create_sql())?;
    let mut insert = tx.prepare(&table.insert_sql())?;
    enter!(bar = progress_bar(&table.path)?);
    let mut rows = table.rows()?;
    let mut count = 0;
    while let Some(row) = rows.next() {
        insert.execute(params_from_iter(row?))?;
        count += 1;
        bar.set_position(rows.position());
        pause.after_row(bar);
    }
    Ok(count)
}

/// A bar that is gone afterwards. It shows on a terminal only.
#[context_manager]
fn progress_bar(file: &Path) -> Result<ProgressBar, Error> {
    let bytes = file.metadata().map_err(Error::at(file))?.len();
    let name = file.display().to_string();
    let bar = ProgressBar::new(bytes)
        .with_style(style())
        .with_message(name);
    yield_point!(bar);
    bar.finish_and_clear();
    Ok(())
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{msg} {bar:40} {percent:>3} %")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// Holds a run in the middle of its transaction, for demonstration.
pub(crate) struct Pause {
    rows_left: Option<u64>,
}

impl Pause {
    pub(crate) fn new(after_rows: Option<u64>) -> Self {
        Pause {
            rows_left: after_rows,
        }
    }

    fn after_row(&mut self, bar: &ProgressBar) {
        self.rows_left = self.rows_left.map(|left| left.saturating_sub(1));
        if self.rows_left == Some(0) {
            self.rows_left = None;
            bar.suspend(wait_for_enter);
        }
    }
}

fn wait_for_enter() {
    say("paused in mid-transaction; press Enter to go on");
    // At the end of the input there is nobody to wait for.
    io::stdin().read_line(&mut String::new()).ok();
}

/// Writes one line for every table.
pub(crate) fn report(file: &File, loaded: &[Loaded]) -> Result<(), Error> {
    let mut report = csv::Writer::from_writer(file);
    report.write_record(["table", "rows", "file"])?;
    for Loaded { table, rows, file } in loaded {
        report.write_record([table, &rows.to_string(), file])?;
    }
    report.flush().map_err(csv::Error::from)?;
    Ok(())
}
