//! Loads tables, and reports what was loaded.

use std::fmt;
use std::fs::File;
use std::path::Path;

use guard_core::{context_manager, enter, yield_point};
use indicatif::{ProgressBar, ProgressStyle};

use crate::demo::Pause;
use crate::disk;
use crate::error::Error;
use crate::journal::Journal;
use crate::shard::Shard;
use crate::table::Table;

/// What became of one file.
pub(crate) struct Loaded {
    table: String,
    rows: usize,
    file: String,
}

impl fmt::Display for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows in table `{}`", self.rows, self.table)
    }
}

/// Loads one table. It is not to be seen by others before the shards are committed.
pub(crate) fn load(
    shards: &[&mut Shard],
    table: &Table,
    pause: &mut Pause,
    journal: &Journal,
) -> Result<Loaded, Error> {
    let rows = journal
        .phase(&format!("load {}", table.name))
        .try_with(|()| insert_all(shards, table, pause))?;
    Ok(Loaded {
        table: table.name.clone(),
        rows,
        file: table.path.display().to_string(),
    })
}

/// The rows go round robin.
fn insert_all(shards: &[&mut Shard], table: &Table, pause: &mut Pause) -> Result<usize, Error> {
    let inserts = shards.iter().map(|shard| shard.create(table));
    let mut inserts: Vec<_> = inserts.collect::<Result<_, _>>()?;
    enter!(bar = progress_bar(&table.path)?);
    let mut rows = table.rows()?;
    let mut count = 0;
    while let Some(row) = rows.next() {
        inserts[count % shards.len()].row(row?)?;
        count += 1;
        bar.set_position(rows.position());
        pause.after_row(bar);
    }
    Ok(count)
}

/// A bar that is gone afterwards. It shows on a terminal only.
#[context_manager]
fn progress_bar(file: &Path) -> Result<ProgressBar, Error> {
    let bytes = disk::length(file)?;
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
