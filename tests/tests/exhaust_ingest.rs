//! The core of the example `ingest`, with everything going wrong that can: any operation on the disk,
//! any statement of a database that counts, any phase of the work, and a panic in either half of every
//! context manager.
//!
//! Three of its modules are replaced by ones with fault sites around the real thing: `disk`, `demo` and
//! `journal`. All others are those of the example, to the letter.

#![allow(dead_code, reason = "the command line of the example is not used")]
#![allow(clippy::doc_markdown, reason = "SQLite is a name, not code")]

#[path = "../../guard-core/examples/ingest/cli.rs"]
mod cli;
#[path = "../../guard-core/examples/ingest/error.rs"]
mod error;
#[path = "../../guard-core/examples/ingest/files.rs"]
mod files;
#[path = "../../guard-core/examples/ingest/load.rs"]
mod load;
#[path = "../../guard-core/examples/ingest/lock.rs"]
mod lock;
#[path = "../../guard-core/examples/ingest/disk.rs"]
mod real_disk;
#[path = "../../guard-core/examples/ingest/run.rs"]
mod run;
#[path = "../../guard-core/examples/ingest/shard.rs"]
mod shard;
#[path = "../../guard-core/examples/ingest/snapshot.rs"]
mod snapshot;
#[path = "../../guard-core/examples/ingest/table.rs"]
mod table;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};

use guard_core::testing::{Exhaust, Faults, LeakCheck, Outcome, Ran};
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::cli::Options;
use crate::demo::Demo;
use crate::error::Error;

/// What a run prints is looked at in the tests of the example itself.
fn say(_line: &str) {}

thread_local! {
    /// Of the run that there is now.
    static FAULTS: RefCell<Faults> = RefCell::new(Faults::none());
    static SITES: Cell<Sites> = const { Cell::new(Sites::None) };
}

/// Which sites a run has.
#[derive(Clone, Copy, PartialEq)]
enum Sites {
    None,
    All,
    /// As `None`, until this phase of the work, and from then on as `All`.
    From(&'static str),
    /// The removal alone that need not succeed.
    Removal,
}

fn faults() -> Faults {
    match SITES.get() {
        Sites::All => FAULTS.with_borrow(Clone::clone),
        _ => Faults::none(),
    }
}

fn given() -> Faults {
    FAULTS.with_borrow(Clone::clone)
}

/// A site with the name of the file, and the way to fail that the real operation has.
fn site(operation: &str, file: &Path) -> Result<(), Error> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let point = faults().error_point(&format!("{operation} {name}"));
    point.map_err(io::Error::from).map_err(Error::at(file))
}

/// A site at which the example could not return an error.
fn panic_site(name: &str) {
    if let Err(injected) = faults().error_point(name) {
        resume_unwind(Box::new(injected));
    }
}

/// The file system of the example, with a site before each operation.
mod disk {
    use std::fs::File;
    use std::path::{Path, PathBuf};

    use guard_core::testing::FaultyIo;

    use crate::error::Error;
    use crate::{SITES, Sites, faults, given, real_disk as real, site};

    pub(crate) type Source = FaultyIo<File>;

    pub(crate) fn source(path: &Path) -> Result<Source, Error> {
        site("open", path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Ok(faults().io(&name, real::source(path)?))
    }

    pub(crate) fn length(path: &Path) -> Result<u64, Error> {
        site("measure", path)?;
        real::length(path)
    }

    pub(crate) fn open_or_create(path: &Path) -> Result<File, Error> {
        site("open", path)?;
        real::open_or_create(path)
    }

    pub(crate) fn overwrite(file: &mut File, path: &Path, text: &str) -> Result<(), Error> {
        site("write", path)?;
        real::overwrite(file, path, text)
    }

    pub(crate) fn create(path: &Path) -> Result<File, Error> {
        site("create", path)?;
        real::create(path)
    }

    pub(crate) fn create_dir(path: &Path) -> Result<(), Error> {
        site("create", path)?;
        real::create_dir(path)
    }

    pub(crate) fn create_dir_all(path: &Path) -> Result<(), Error> {
        site("create", path)?;
        real::create_dir_all(path)
    }

    pub(crate) fn entries(dir: &Path) -> Result<Vec<PathBuf>, Error> {
        site("list", dir)?;
        real::entries(dir)
    }

    pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Error> {
        site("copy to", to)?;
        real::copy(from, to)
    }

    pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), Error> {
        site("rename to", to)?;
        real::rename(from, to)
    }

    pub(crate) fn remove(file: &Path) -> Result<(), Error> {
        site("remove", file)?;
        real::remove(file)
    }

    pub(crate) fn remove_if_there(file: &Path) -> Result<(), Error> {
        site("remove", file)?;
        real::remove_if_there(file)
    }

    pub(crate) fn remove_all_if_there(dir: &Path) -> Result<(), Error> {
        site("remove", dir)?;
        real::remove_all_if_there(dir)
    }

    pub(crate) fn remove_all_if_possible(dir: &Path) {
        let fails = SITES.get() == Sites::Removal && given().fails("removal");
        if !fails {
            real::remove_all_if_possible(dir);
        }
    }

    pub(crate) fn sync(file: &File, path: &Path) -> Result<(), Error> {
        site("sync", path)?;
        real::sync(file, path)
    }

    pub(crate) fn sync_dir(dir: &Path) -> Result<(), Error> {
        site("sync", dir)?;
        real::sync_dir(dir)
    }
}

/// The faults of a shard that the example has for show, all of them real ones of SQLite.
mod demo {
    use std::str::FromStr;

    use indicatif::ProgressBar;

    use crate::{SITES, Sites, faults, given, panic_site};

    #[derive(Debug, Default)]
    pub(crate) struct Demo {
        pub(crate) faults: Vec<Fault>,
        pub(crate) pause_after: Option<u64>,
        pub(crate) pause_commit: Option<u64>,
    }

    #[derive(Debug)]
    pub(crate) struct Fault {
        pub(crate) shard: u64,
    }

    impl FromStr for Fault {
        type Err = String;

        fn from_str(text: &str) -> Result<Self, String> {
            Err(text.to_owned())
        }
    }

    #[derive(Clone, Copy, Debug)]
    pub(crate) enum Where {
        Open,
        Write,
        Commit,
        Close,
    }

    impl Demo {
        #[expect(clippy::unused_self, reason = "it is as that of the example")]
        pub(crate) fn fails(&self, at: Where, shard: u64) -> bool {
            let faults = match (SITES.get(), at) {
                // The connection that cannot be closed then is a leak, and in the test of these sites
                // there are to be none.
                (Sites::All, Where::Close) => return false,
                // It is asked before there are rows.
                (Sites::From(_), Where::Commit | Where::Close) => given(),
                _ => faults(),
            };
            let site = format!("{at:?} of shard {shard}");
            faults.fails(&site)
        }

        #[expect(clippy::unused_self, reason = "it is as that of the example")]
        pub(crate) fn before_commit(&self, shard: u64) {
            panic_site(&format!("before the commit of shard {shard}"));
        }

        #[expect(clippy::unused_self, reason = "it is as that of the example")]
        pub(crate) fn pause(&self) -> Pause {
            Pause
        }
    }

    pub(crate) struct Pause;

    impl Pause {
        #[expect(clippy::unused_self, reason = "it is as that of the example")]
        pub(crate) fn after_row(&mut self, _bar: &ProgressBar) {
            panic_site("row");
        }
    }
}

/// A journal that writes nothing down. The first thing that a context manager does is to open an entry,
/// and the last thing, at the end of its exit half, to drop it.
mod journal {
    use std::thread::panicking;

    use guard_core::{Exit, context_manager, yield_point};

    use crate::error::Error;
    use crate::{SITES, Sites, faults, panic_site};

    pub(crate) struct Journal(());

    #[context_manager]
    pub(crate) fn printed() -> Journal {
        yield_point!(Journal(()));
    }

    impl Journal {
        /// A phase of the work, which is a context manager of the kit.
        #[context_manager]
        pub(crate) fn phase(&self, name: &str) -> Result<(), Error> {
            if matches!(SITES.get(), Sites::From(phase) if phase == name) {
                SITES.set(Sites::All);
            }
            let failed = |injected| Error::Report(std::io::Error::from(injected).into());
            guard_core::enter!(_phase = faults().resource(name).map_err(failed)?);
            yield_point!();
            Ok(())
        }

        #[expect(clippy::unused_self, reason = "it is as that of the example")]
        pub(crate) fn entry(&self, what: impl Into<String>) -> Entry {
            let what = what.into();
            panic_site(&format!("entering {what}"));
            Entry { what }
        }
    }

    pub(crate) struct Entry {
        what: String,
    }

    impl Drop for Entry {
        fn drop(&mut self) {
            if !panicking() {
                panic_site(&format!("exited {}", self.what));
            }
        }
    }

    impl Entry {
        #[expect(clippy::unused_self, reason = "it is as that of the example")]
        pub(crate) fn ended(&self, _exit: Exit<'_>) {}
    }
}

const SHARDS: u64 = 2;

/// The contents of a directory, by name.
type Contents = BTreeMap<String, Vec<u8>>;

/// A directory with CSV files, and `out`, in which the runs of a test work.
struct Place {
    dir: TempDir,
    files: Vec<PathBuf>,
    /// What is in `out` before a run.
    before: Contents,
}

impl Place {
    /// With these tables, each of them with three rows.
    fn new(tables: &[&str]) -> Self {
        // In memory, where there is such a directory: there are many runs, and each waits for the disk
        // several times.
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        };
        let dir = dir.expect("a directory");
        fs::create_dir(dir.path().join("out")).expect("a directory in it");
        let files = tables
            .iter()
            .map(|name| dir.path().join(format!("{name}.csv")));
        let files: Vec<_> = files.collect();
        for file in &files {
            fs::write(
                file,
                "species,mass\nGentoo,5000\nAdelie,3700\nChinstrap,3733\n",
            )
            .expect("a file");
        }
        Place {
            dir,
            files,
            before: Contents::new(),
        }
    }

    /// As [`new`](Self::new), with databases that have other rows in one of the tables, and in one of
    /// their own, and with a report.
    fn populated(tables: &[&str]) -> Self {
        let mut place = Place::new(tables);
        for number in 1..=SHARDS {
            let db = Connection::open(shard::path(&place.out(), number)).expect("a database");
            let sql = format!(
                "CREATE TABLE {} (old); INSERT INTO {0} VALUES (1), (2);
                 CREATE TABLE kept (old); INSERT INTO kept VALUES (3)",
                tables[0]
            );
            db.execute_batch(&sql).expect(&sql);
        }
        fs::write(place.out().join("report.csv"), "the old one").expect("a report");
        place.before = contents(&place.out());
        place
    }

    fn out(&self) -> PathBuf {
        self.dir.path().join("out")
    }

    /// Has everything be as it was before all runs.
    fn reset(&self) {
        fs::remove_dir_all(self.out()).expect("a directory to remove");
        fs::create_dir(self.out()).expect("a directory");
        for (name, bytes) in &self.before {
            fs::write(self.out().join(name), bytes).expect("a file");
        }
    }

    /// The scenario.
    fn ingest(&self, faults: &Faults, sites: Sites) -> Result<(), Error> {
        self.reset();
        FAULTS.set(faults.clone());
        SITES.set(sites);
        self.run(&self.files)
    }

    fn run(&self, files: &[PathBuf]) -> Result<(), Error> {
        run::run(&Options {
            dir: Some(self.out()),
            shards: SHARDS,
            demo: Demo::default(),
            files: files.to_owned(),
        })
    }

    /// What has to be true after each run, whatever has gone wrong in it.
    fn check(&self, ran: &Ran) {
        SITES.set(Sites::None);
        let left = contents(&self.out());
        let unfinished = left.contains_key("ingest.before/");
        // Where a second fault has kept the databases from being put back, the next run does it.
        if !unfinished || ran.plan().len() == 1 {
            self.check_databases(&left, ran);
        }
        if unfinished && ran.plan().len() == 1 {
            assert!(self.is_as_before(&left), "changed, and yet to be put back");
        }
        self.check_report(&left, ran);
        check_leftovers(&left, ran);
        if unfinished || left.keys().any(|name| is_leftover(name)) {
            self.check_next_run();
        }
    }

    /// All tables are in all shards, or every shard is what it was, to the byte.
    fn check_databases(&self, left: &Contents, ran: &Ran) {
        if self.is_as_before(left) {
            assert_ne!(*ran.outcome(), Outcome::Completed, "nothing was loaded");
            return;
        }
        for file in &self.files {
            let table = file.file_stem().expect("a name").display();
            let rows = (1..=SHARDS).map(|number| {
                self.select(
                    number,
                    &format!("SELECT count(*) FROM {table} WHERE mass > 3000"),
                )
            });
            assert_eq!(rows.collect::<Vec<_>>(), [2, 1], "rows of `{table}`");
        }
    }

    fn is_as_before(&self, left: &Contents) -> bool {
        let databases = |contents: &Contents| {
            let is_database = |(name, _): &(&String, &Vec<u8>)| name.starts_with("ingest-");
            let databases = contents.iter().filter(is_database);
            databases
                .map(|(name, bytes)| (name.clone(), bytes.clone()))
                .collect::<Contents>()
        };
        databases(left) == databases(&self.before)
    }

    fn select(&self, shard: u64, sql: &str) -> i64 {
        let db = Connection::open_with_flags(
            shard::path(&self.out(), shard),
            OpenFlags::SQLITE_OPEN_READ_ONLY,
        );
        db.and_then(|db| db.query_one(sql, [], |row| row.get(0)))
            .expect(sql)
    }

    /// It reports what is in the databases, or is the one that was there.
    fn check_report(&self, left: &Contents, ran: &Ran) {
        let report = left.get("report.csv");
        let old = report == self.before.get("report.csv");
        match ran.outcome() {
            Outcome::Completed => assert!(!old, "there is no report"),
            _ if !old => assert!(!self.is_as_before(left), "a report of what is not there"),
            _ => {}
        }
        if let Some(report) = report.filter(|_| !old) {
            let lines = String::from_utf8_lossy(report).lines().count();
            assert_eq!(lines, 1 + self.files.len(), "lines of the report");
        }
    }

    /// What is left is cleared away by the next run, though that one fails itself; afterwards all is as
    /// it was, or as the run was to make it.
    fn check_next_run(&self) {
        let unfinished = self.out().join("ingest.before").exists();
        let broken = self.dir.path().join("broken.csv");
        fs::write(&broken, "a,b\n1,2,3\n").expect("a file");
        self.run(&[broken]).expect_err("a row too long");
        let left = contents(&self.out());
        assert!(
            !left.keys().any(|name| is_leftover(name)),
            "{:?}",
            left.keys()
        );
        assert!(
            !unfinished || self.is_as_before(&left),
            "it was not put back"
        );
    }
}

fn is_leftover(name: &str) -> bool {
    name.starts_with("ingest.") || name.contains(".part") || name.contains(".db-")
}

/// Only what could not be removed is left, and what the next run is to go on from.
fn check_leftovers(left: &Contents, ran: &Ran) {
    let plan = ran.plan().to_string();
    for name in left.keys().filter(|name| is_leftover(name)) {
        let top = name.split('/').next().unwrap_or(name);
        let excuse = format!("remove {top}");
        let excuses = match top {
            // Until it is sure that its new name outlives a crash, nothing may be taken from it.
            "ingest.done" => &["sync out", "removal"][..],
            "ingest.before" if ran.plan().len() == 1 => &["rename to ingest.done"],
            // It could not be put back either.
            "ingest.before" => &[
                "list ingest.before",
                "remove ingest-",
                "copy to ingest-",
                "sync out",
                "rename to ingest.done",
            ],
            _ => &[&*excuse],
        };
        let mut excuses = excuses.iter();
        assert!(
            excuses.any(|excuse| plan.contains(excuse)),
            "`{name}` is left"
        );
    }
}

fn contents(dir: &Path) -> Contents {
    let mut all = Contents::new();
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            all.insert(format!("{name}/"), Vec::new());
            let inner = contents(&path).into_iter();
            all.extend(inner.map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            all.insert(name, fs::read(&path).expect("a file"));
        }
    }
    all
}

fn exhaust(place: &Place) -> Exhaust<'_> {
    Exhaust::new().lifo().after_each(|ran| place.check(ran))
}

#[test]
fn new_databases_are_made_as_a_whole_or_not_at_all() {
    let place = Place::new(&["a", "b"]);
    let exhaust = exhaust(&place).singly();
    exhaust.run(|faults| place.ingest(faults, Sites::All));
}

#[test]
fn databases_are_changed_as_a_whole_or_not_at_all() {
    let place = Place::populated(&["a", "b"]);
    let exhaust = exhaust(&place).singly();
    exhaust.run(|faults| place.ingest(faults, Sites::All));
}

/// As when the databases cannot be put back once the loading has failed. All pairs of sites from the
/// second table on.
#[test]
fn two_faults_are_told_and_undone_at_the_latest_by_the_next_run() {
    let place = Place::populated(&["a", "b"]);
    // A connection that cannot be closed keeps its descriptor.
    let leaks = LeakCheck::new().threads().children();
    let exhaust = exhaust(&place).leaks(leaks);
    exhaust.run(|faults| place.ingest(faults, Sites::From("load b")));
}

#[test]
fn copies_that_cannot_be_removed_are_removed_by_the_next_run() {
    let place = Place::populated(&["a"]);
    let exhaust = exhaust(&place).may_recover();
    exhaust.run(|faults| place.ingest(faults, Sites::Removal));
}
