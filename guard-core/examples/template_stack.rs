//! A stack of as many SQLite databases as a config file names, each in a transaction: a template.
//!
//! ```text
//! cargo run --example template_stack                    # a demo in a temporary directory
//! cargo run --example template_stack -- databases.conf  # lines of `name = path`, `#` begins a comment
//! ```
//!
//! Writes the same row into all databases, and prints how many each has then. Paths are relative to the
//! config file. A config that is wrong is one error with file and line, before anything is touched. If
//! a database cannot be opened, locked, written or checked, all are rolled back, and files that were
//! made for the run are removed. Every error is printed, on a line of its own.
//!
//! Of two runs that want the same new file one may fail: it waits while the other, which has made the
//! file, fails and removes it. SQLite then says `disk I/O error`, and nothing is lost: a file is removed
//! only while it is locked, and only if nothing was committed to it.
//!
//! The commits are made one after the other, the last database first, and nothing makes them one: should
//! one fail, those before it have been made, those after it are rolled back, and the error has its path.
//! So what a commit could fail with is looked for before the first of them: nobody else may write
//! meanwhile or keep a commit waiting, the pages are written, and foreign keys are checked. What
//! remains is a disk that fails just then, and a loss of power. For these the example `ingest` keeps
//! copies; and ten databases can be one transaction of SQLite itself, by `ATTACH`, without WAL.
//!
//! To change: `work` is what is done to a database, `check` what it has to meet to be committed, `Entry`
//! and `entries` what the config has.

#![allow(clippy::doc_markdown, reason = "SQLite is a name, not code")]

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;
use std::{env, iter};

use guard_core::{
    Exit, ExitErrors, ExitStack, closing, context_manager, on_lost_error, suppress, yield_point,
};
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

fn main() -> ExitCode {
    on_lost_error(|lost| eprintln!("template_stack: {lost}"));
    let args: Vec<_> = env::args_os().skip(1).collect();
    let ran = match &*args {
        [] => demo(),
        [arg] if arg == "--demo" => demo(),
        [config] if !config.as_encoded_bytes().starts_with(b"-") => run(config.as_ref()),
        _ => {
            eprintln!("template_stack: usage: template_stack [--demo | CONFIG]");
            return ExitCode::from(2);
        }
    };
    match ran {
        Ok(report) => {
            // The work is done, whether anybody listens or not.
            let _ = io::stdout().write_all(report.as_bytes());
            ExitCode::SUCCESS
        }
        Err(errors) => {
            errors.iter().for_each(|e| eprintln!("template_stack: {e}"));
            ExitCode::FAILURE
        }
    }
}

fn demo() -> Result<String, ExitErrors> {
    let dir = TempDir::new().map_err(ExitErrors::one)?;
    let dir = closing(dir, |dir| dir.close().map_err(ExitErrors::one));
    dir.try_with(|dir| {
        let config = dir.path().join("databases.conf");
        let text = "# name = path\nnorth = north.db\neast = east.db\nsouth = south.db\n";
        fs::write(&config, text).map_err(at(&config))?;
        run(&config)
    })
}

fn run(config: &Path) -> Result<String, ExitErrors> {
    let entries = entries(config)?;
    let now = SystemTime::UNIX_EPOCH.elapsed().map_err(ExitErrors::one)?;
    let now = i64::try_from(now.as_secs()).map_err(ExitErrors::one)?;
    ExitStack::scope(|stack| -> Result<_, ExitErrors> {
        let mut databases = Vec::new();
        for entry in &entries {
            // Below its database on the stack, so that it goes when that is closed.
            stack.enter(file(&entry.path))?;
            databases.push((entry, stack.enter(database(&entry.path))?));
        }
        let worked = databases.iter().map(|(entry, db)| {
            let rows = work(db, now).map_err(at(&entry.path))?;
            Ok(format!("{}: rows={rows}\n", entry.name))
        });
        let report = worked.collect::<Result<_, ExitErrors>>()?;
        for (entry, db) in &databases {
            check(db).map_err(at(&entry.path))?;
        }
        Ok(report)
    })
}

/// Writes the row, and counts what is there.
fn work(db: &Connection, now: i64) -> rusqlite::Result<i64> {
    db.execute_batch("CREATE TABLE IF NOT EXISTS run (at INTEGER NOT NULL)")?;
    db.execute("INSERT INTO run (at) VALUES (?1)", [now])?;
    db.query_one("SELECT count(*) FROM run", [], |row| row.get(0))
}

/// Finds what a commit would fail with, while everything can still be rolled back.
fn check(db: &Connection) -> Result<(), Box<dyn std::error::Error>> {
    if db.prepare("PRAGMA foreign_key_check")?.exists([])? {
        return Err("a foreign key refers to a row that is not there".into());
    }
    // A disk that is full shows now.
    Ok(db.cache_flush()?)
}

/// A database in a transaction, which is committed if the body and all databases entered later have
/// done well. Every step is taken whatever becomes of the others, and all their errors are kept.
#[context_manager]
fn database(path: &Path) -> Result<Connection, ExitErrors> {
    let db = Connection::open(path).map_err(at(path))?;
    // Keeps readers out, too: a commit would have to wait for them.
    db.execute_batch("BEGIN EXCLUSIVE").map_err(at(path))?;
    let committed = match yield_point!(db) {
        Exit::Completed => db.execute_batch("COMMIT"),
        _ => Ok(()),
    };
    // Not all errors have SQLite roll back by itself, and not every commit succeeds.
    let rolled_back = if db.is_autocommit() {
        Ok(())
    } else {
        db.execute_batch("ROLLBACK")
    };
    let closed = db.close().map_err(|(_, error)| error);
    ExitErrors::of([committed, rolled_back, closed].map(|step| step.map_err(at(path))))
}

/// A file that is made, empty, if there is none, and goes again unless all went well.
#[context_manager]
fn file(path: &Path) -> Result<(), ExitErrors> {
    let made = suppress(io::ErrorKind::AlreadyExists, || File::create_new(path));
    let is_new = made.map_err(at(path))?.is_some();
    let done = yield_point!().is_completed();
    if is_new && !done {
        remove_unused(path).map_err(at(path))?;
    }
    Ok(())
}

/// Another run may wait for the file, or have committed to it, or do so now.
fn remove_unused(path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    db.execute_batch("BEGIN EXCLUSIVE")?;
    if fs::metadata(path)?.len() > 0 {
        return Ok(());
    }
    if cfg!(windows) {
        // There no file is removed that is open, here or in another run.
        drop(db);
    }
    Ok(fs::remove_file(path)?)
}

struct Entry {
    name: String,
    path: PathBuf,
    /// The same for all paths to one file.
    file: PathBuf,
}

/// What the config names, which is one database or more, and none of them twice.
fn entries(config: &Path) -> Result<Vec<Entry>, ExitErrors> {
    let text = fs::read_to_string(config).map_err(at(config))?;
    let dir = config.parent().unwrap_or(Path::new(""));
    let mut entries: Vec<Entry> = Vec::new();
    for (line, text) in iter::zip(1.., text.lines().map(str::trim)) {
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let wrong = |what: &str| ExitErrors::one(format!("{}:{line}: {what}", config.display()));
        let (name, path) = text
            .split_once('=')
            .ok_or_else(|| wrong("no `name = path`"))?;
        let (name, path) = (name.trim(), path.trim());
        if name.is_empty() || path.is_empty() {
            return Err(wrong("the name or the path is missing"));
        }
        let path = dir.join(path);
        let file = canonical(&path);
        if entries
            .iter()
            .any(|other| other.name == name || other.file == file)
        {
            return Err(wrong(&format!("`{text}` repeats a name or a path")));
        }
        let name = name.to_owned();
        entries.push(Entry { name, path, file });
    }
    if entries.is_empty() {
        return Err(at(config)("names no database"));
    }
    Ok(entries)
}

/// Of a file that need not be there yet. What has no directory either will not be opened.
fn canonical(path: &Path) -> PathBuf {
    // So that it has a parent.
    let path = Path::new(".").join(path);
    let in_dir = || Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?));
    let file = path.canonicalize().ok().or_else(in_dir);
    file.unwrap_or(path)
}

/// For `map_err`: neither an error of I/O nor one of SQLite says which file it is about.
fn at<E: Display>(path: &Path) -> impl Fn(E) -> ExitErrors {
    move |error| ExitErrors::one(format!("{}: {error}", path.display()))
}
