//! The example `ingest`, run as its users run it.

mod support;

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{fs, iter};

use guard_core::{context_manager, yield_point};
use proptest::prelude::*;
use rusqlite::{Connection, OpenFlags};
use support::example::{self, Ran, ran};
use tempfile::TempDir;

const PENGUINS: &str = include_str!("../../guard-core/examples/data/penguins.csv");

/// One row for each of three shards.
const FEW: &str = "species\nGentoo\nAdelie\nChinstrap\n";

fn command(args: &[&str]) -> Command {
    example::command("ingest", args)
}

/// A directory with CSV files, and `out`, in which the runs of a test work.
struct Place {
    dir: TempDir,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        fs::create_dir(dir.path().join("out")).expect("a directory in it");
        Place { dir }
    }

    fn out(&self) -> PathBuf {
        self.dir.path().join("out")
    }

    fn file(&self, name: &str, contents: impl AsRef<[u8]>) -> String {
        let path = self.dir.path().join(name);
        fs::write(&path, contents).expect("a written file");
        path.into_os_string()
            .into_string()
            .expect("a path that is text")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = command(&[]);
        command.arg("--dir").arg(self.out()).args(args);
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        ran(self.command(args))
    }

    fn run_well(&self, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.status, Some(0), "{ran:?}");
        ran
    }

    fn left(&self) -> Vec<String> {
        names_in(&self.out())
    }

    fn shard(&self, number: usize) -> PathBuf {
        self.out().join(format!("ingest-{number}.db"))
    }

    fn shards(&self) -> Vec<PathBuf> {
        let shards = (1..).map(|number| self.shard(number));
        shards.take_while(|shard| shard.exists()).collect()
    }

    fn bytes(&self) -> Vec<Vec<u8>> {
        let bytes = |shard| fs::read(shard).expect("a database");
        self.shards().iter().map(bytes).collect()
    }

    fn report(&self) -> String {
        fs::read_to_string(self.out().join("report.csv")).expect("a report")
    }

    /// The only value of the only row that `sql` selects, of every shard.
    fn select_each(&self, sql: &str) -> Vec<i64> {
        let shards = self.shards();
        let value = |shard| select_in(shard, sql).unwrap_or(0);
        shards.iter().map(|shard| value(shard)).collect()
    }

    /// The sum of that.
    fn select(&self, sql: &str) -> i64 {
        self.select_each(sql).iter().sum()
    }
}

fn select_in(shard: &Path, sql: &str) -> Option<i64> {
    let db = Connection::open_with_flags(shard, OpenFlags::SQLITE_OPEN_READ_WRITE);
    let value = db.expect("a database").query_one(sql, [], |row| row.get(0));
    value.expect(sql)
}

fn names_in(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir)
        .expect("a directory")
        .map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<_> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The first and the last column of the table that a run prints, once all lines are known to be
/// aligned with its head.
fn journal(printed: &str) -> Vec<(&str, &str)> {
    let mut lines = printed
        .lines()
        .skip_while(|line| !line.starts_with("what "))
        .take_while(|line| !line.is_empty());
    let head = lines.next().expect("a table");
    let how = head.find("how").expect("a last column");
    lines
        .map(|line| {
            let (rest, how) = line.split_at(how);
            assert!(rest.ends_with(" ms  "), "not aligned:\n{printed}");
            let what = rest.trim_start().split("   ").next().unwrap_or(rest);
            (what, how)
        })
        .collect()
}

/// What is left when all went well.
const KEPT: [&str; 4] = ["ingest-1.db", "ingest-2.db", "ingest-3.db", "report.csv"];

const ALL_COMPLETED: [(&str, &str); 10] = [
    ("plan", "Completed"),
    ("directory", "Completed"),
    ("lock file", "Completed"),
    ("report file", "Completed"),
    ("snapshot", "Completed"),
    ("shard 1", "Completed"),
    ("shard 2", "Completed"),
    ("shard 3", "Completed"),
    ("load penguins", "Completed"),
    ("report", "Completed"),
];

/// A run that waits in mid-transaction. It is killed in the end, if it has not ended by then.
#[context_manager]
fn paused(place: &Place, args: &[&str]) -> Child {
    let mut run = place.command(args);
    run.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut run = run.spawn().expect("ingest runs");
    let mut stdout = BufReader::new(run.stdout.take().expect("a pipe"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("a line");
    assert!(line.starts_with("paused"), "{line:?}");
    yield_point!(run);
    run.kill().ok();
    run.wait().expect("an end");
}

/// Kills a run with so many rows in its transaction that some are in the database file already.
fn kill_in_mid_run(place: &Place) -> u32 {
    let row = format!(
        "{},1\n",
        "a row so long that there are many pages; ".repeat(40)
    );
    let big = place.file("big.csv", format!("text,number\n{}", row.repeat(8_000)));
    let before = place.bytes();
    let pid = paused(place, &["--pause-after", "8000", &big]).with(|run| run.id());
    for (number, bytes) in (1..).zip(place.bytes()) {
        let before = before.get(number - 1).map_or(&[][..], |bytes| bytes);
        assert!(bytes != before, "nothing was half-written to {number}");
    }
    let journals = [1, 2, 3].map(|number| format!("ingest-{number}.db-journal"));
    let others = ["ingest.before", "ingest.lock", "report.csv.part"].map(str::to_owned);
    for left in journals.into_iter().chain(others) {
        assert!(place.left().contains(&left), "no {left}");
    }
    pid
}

#[test]
fn without_arguments_the_penguins_are_read_and_nothing_stays() {
    let temp = tempfile::tempdir().expect("a directory");
    let mut run = command(&[]);
    run.env("TMPDIR", temp.path())
        .env("TMP", temp.path())
        .env("TEMP", temp.path());
    let ran = ran(run);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(ran.stdout.starts_with("344 rows in table `penguins`\n"));
    assert_eq!(ran.stderr, "");
    let mut expected = ALL_COMPLETED;
    expected[1].0 = "temporary directory";
    assert_eq!(journal(&ran.stdout), expected);
    assert_eq!(names_in(temp.path()), [""; 0]);
}

#[test]
fn every_penguin_is_in_the_database_with_its_values() {
    let place = Place::new();
    let ran = place.run_well(&[]);
    assert_eq!(journal(&ran.stdout), ALL_COMPLETED);
    assert_eq!(place.left(), KEPT);
    for (sql, expected) in [
        ("SELECT count(*) FROM penguins", 344),
        ("SELECT count(*) FROM penguins WHERE sex IS NULL", 11),
        ("SELECT sum(body_mass_g) FROM penguins", 1_437_000),
        (
            "SELECT count(*) FROM penguins WHERE typeof(year) = 'integer'",
            344,
        ),
        (
            "SELECT count(*) FROM penguins WHERE typeof(bill_depth_mm) IN ('real', 'integer')",
            342,
        ),
        (
            "SELECT count(*) FROM penguins WHERE species = 'Gentoo'",
            124,
        ),
    ] {
        assert_eq!(place.select(sql), expected, "{sql}");
    }
}

#[test]
fn the_report_names_every_table() {
    let place = Place::new();
    let [a, b] = ["a", "b"].map(|name| place.file(&format!("{name}.csv"), "x,y\n1,2\n3,4\n"));
    let ran = place.run_well(&["--shards", "1", &a, &b]);
    assert!(
        ran.stdout
            .starts_with("2 rows in table `a`\n2 rows in table `b`\n")
    );
    assert_eq!(
        place.report(),
        format!("table,rows,file\na,2,{a}\nb,2,{b}\n")
    );
    assert_eq!(place.select("SELECT sum(a.x + b.y) FROM a, b"), 20);
}

#[test]
fn a_second_run_fails_and_names_the_pid_of_the_first() {
    let place = Place::new();
    paused(&place, &["--pause-after", "100"]).with(|first| {
        let second = place.run(&[]);
        assert_eq!(second.status, Some(1), "{second:?}");
        let pid = first.id();
        let expected = format!("ingest: another run has the lock: pid {pid} (");
        assert!(second.stderr.contains(&expected), "{second:?}");
        assert_eq!(journal(&second.stderr)[2], ("lock file", "not entered"));
        assert_eq!(second.stdout, "");

        let lock = fs::read_to_string(place.out().join("ingest.lock")).expect("the lock file");
        assert_eq!(lock, format!("{pid}\n"));
        let mut enter = first.stdin.take().expect("a pipe");
        writeln!(enter).expect("a first run that listens");
        assert!(first.wait().expect("an end").success());
    });
    assert_eq!(place.select("SELECT count(*) FROM penguins"), 344);
    assert_eq!(place.left(), KEPT);
}

#[test]
fn runs_that_meet_enter_one_after_the_other_or_not_at_all() {
    let place = Place::new();
    place.run_well(&[]);
    let runs: Vec<_> = (0..24)
        .map(|_| {
            let mut run = place.command(&[]);
            run.stdout(Stdio::null()).stderr(Stdio::piped());
            run.spawn().expect("ingest runs")
        })
        .collect();
    for run in runs {
        let run = run.wait_with_output().expect("an end");
        let error = String::from_utf8_lossy(&run.stderr);
        let refused = error.contains("another run has the lock: ");
        assert!(run.status.success() || refused, "{error}");
    }
    assert_eq!(place.select("SELECT count(*) FROM penguins"), 344);
    assert_eq!(place.left(), KEPT);
}

/// Takes the lock and removes its file, time and again, so that runs open files that are no longer
/// there when they have locked them.
#[cfg(unix)]
fn lock_and_remove(path: &Path) {
    use std::os::unix::fs::MetadataExt;
    let Ok(file) = fs::File::create_new(path) else {
        return;
    };
    let inode = file.metadata().expect("metadata").ino();
    let is_named = || fs::metadata(path).is_ok_and(|named| named.ino() == inode);
    if file.try_lock().is_ok() && is_named() {
        fs::remove_file(path).expect("a lock file that nobody else removes");
    }
}

#[cfg(unix)]
#[test]
fn a_lock_whose_file_was_removed_meanwhile_is_not_taken_for_one() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let place = Place::new();
    let (lock, done) = (place.out().join("ingest.lock"), AtomicBool::new(false));
    let refused = |run: &Ran| run.stderr.contains("another run has the lock: ");
    std::thread::scope(|scope| {
        let other = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                lock_and_remove(&lock);
            }
        });
        let runs: Vec<_> = (0..100).map(|_| place.run(&[])).collect();
        done.store(true, Ordering::Relaxed);
        other.join().expect("the other one");
        for run in runs {
            assert!(run.status == Some(0) || refused(&run), "{run:?}");
        }
    });
}

/// What is wrong with a file, its bytes, the line, and what is said.
fn malformed_files() -> Vec<(&'static str, Vec<u8>, u32, &'static str)> {
    let heavy = PENGUINS.replacen(
        "Adelie,Torgersen,38.7,19,195,3450,female,2007",
        "Adelie,Torgersen,38.7,19,195,heavy,female,2007",
        1,
    );
    let crlf = heavy.replace('\n', "\r\n");
    let blank = heavy.replacen('\n', "\n\n\n", 1);
    let short = format!("{PENGUINS}Adelie,Torgersen,38.7\n");
    let mut latin1 = PENGUINS.to_owned().into_bytes();
    latin1.extend(b"Ad\xe9lie,Torgersen,38.7,19,195,3450,female,2007\n");
    let heavy_said = "`body_mass_g` is `heavy`, which is not a number";
    let bom = format!("\u{feff}{heavy}");
    vec![
        ("text for a number", heavy.into_bytes(), 18, heavy_said),
        ("the same with CRLF", crlf.into_bytes(), 18, heavy_said),
        (
            "the same after blank lines",
            blank.into_bytes(),
            20,
            heavy_said,
        ),
        (
            "the same after a byte order mark",
            bom.into_bytes(),
            18,
            heavy_said,
        ),
        (
            "a row cut short",
            short.into_bytes(),
            346,
            "3 fields for 8 columns",
        ),
        ("not UTF-8", latin1, 346, "field 1 is not UTF-8"),
        ("no header", Vec::new(), 1, "there is no header"),
        (
            "a column twice",
            b"a,A\n1,2\n".to_vec(),
            1,
            "there are two columns `A`",
        ),
    ]
}

#[test]
fn a_malformed_row_is_named_by_file_and_line_and_changes_nothing() {
    for (case, contents, line, said) in malformed_files() {
        let place = Place::new();
        place.run_well(&[]);
        let (bytes, report) = (place.bytes(), place.report());
        let file = place.file("penguins.csv", contents);
        let ran = place.run(&[&file]);
        assert_eq!(ran.status, Some(1), "{case}: {ran:?}");
        let expected = format!("ingest: {file}:{line}: {said}\n");
        assert!(ran.stderr.ends_with(&expected), "{case}: {ran:?}");
        assert_eq!(ran.stdout, "", "{case}");
        assert!(place.bytes() == bytes, "{case}: the database has changed");
        assert_eq!(place.report(), report, "{case}");
        assert_eq!(place.left(), KEPT, "{case}");
    }
}

#[test]
fn a_malformed_row_leaves_no_database_that_was_not_there() {
    let place = Place::new();
    let file = place.file("short.csv", "a,b\n1,2\n3\n");
    let ran = place.run(&[&file]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert_eq!(place.left(), [""; 0]);
    let expected = [
        ("plan", "Completed"),
        ("directory", "Failed"),
        ("lock file", "Dropped"),
        ("report file", "Dropped"),
        ("snapshot", "Failed"),
        ("shard 1", "Failed"),
        ("shard 2", "Failed"),
        ("shard 3", "Failed"),
        ("load short", "Failed"),
    ];
    assert_eq!(journal(&ran.stderr), expected);
}

#[test]
fn a_malformed_row_leaves_out_the_files_before_it_too() {
    let place = Place::new();
    place.run_well(&[]);
    let bytes = place.bytes();
    let good = place.file("good.csv", "a\n1\n");
    // Enough for SQLite to write to the database before the row is met.
    let rows = "a row of some length so that there are many pages\n".repeat(80_000);
    let bad = place.file("bad.csv", format!("a\n{rows}one,two\n"));
    let ran = place.run(&[&good, &bad]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("bad.csv:80002: "), "{ran:?}");
    assert!(place.bytes() == bytes, "the database has changed");
}

/// A failure that is asked for, and its shard.
type Fault = (&'static str, usize);

fn faults(shards: usize) -> impl Iterator<Item = Fault> + Clone {
    let ways = ["open", "write", "commit", "close"];
    (1..=shards).flat_map(move |shard| ways.map(|way| (way, shard)))
}

fn fail_args(faults: &[Fault]) -> Vec<String> {
    let fault = |(way, shard): &Fault| ["--fail".to_owned(), format!("{way}:{shard}")];
    faults.iter().flat_map(fault).collect()
}

/// What comes of the faults that are met: shards are opened in their order until one fails, written
/// in turn, and committed and closed in the reverse order, until one fails.
fn errors_of(faults: &[Fault], shards: usize, tables: &[usize]) -> Vec<(usize, &'static str)> {
    let fails = |way, shard: &usize| faults.contains(&(way, *shard));
    let mut errors = Vec::new();
    let unopened = (1..=shards).find(|shard| fails("open", shard));
    let opened = unopened.map_or(shards, |shard| shard - 1);
    errors.extend(unopened.map(|shard| (shard, "unable to open database file: ")));
    if errors.is_empty() {
        let refused = |rows: &usize| (1..=shards.min(*rows)).find(|shard| fails("write", shard));
        let refused = tables.iter().find_map(refused);
        errors.extend(refused.map(|shard| (shard, "this row is refused")));
    }
    for shard in (1..=opened).rev() {
        if errors.is_empty() && fails("commit", &shard) {
            errors.push((shard, "FOREIGN KEY constraint failed"));
        }
        if fails("close", &shard) {
            errors.push((shard, "unable to close due to "));
        }
    }
    errors
}

impl Place {
    /// Everything in it, by name.
    fn all(&self) -> Vec<(String, Vec<u8>)> {
        let named = |name: String| {
            let bytes = fs::read(self.out().join(&name)).expect(&name);
            (name, bytes)
        };
        self.left().into_iter().map(named).collect()
    }

    /// A run that fails with these errors and no others, and leaves everything as it was.
    fn run_into(&self, args: &[&str], errors: &[(usize, &str)]) {
        self.run_into_beside(|| (), args, errors);
    }

    /// As `run_into`, beside a neighbour. It comes when all has been read: closing a file drops the
    /// locks that its process has on it.
    fn run_into_beside<N>(
        &self,
        come: impl FnOnce() -> N,
        args: &[&str],
        errors: &[(usize, &str)],
    ) -> N {
        let before = self.all();
        let neighbour = come();
        let ran = self.run(args);
        assert_eq!(ran.status, Some(1), "{args:?}: {ran:?}");
        let said: Vec<_> = ran
            .stderr
            .lines()
            .filter_map(|line| line.strip_prefix("ingest: "))
            .collect();
        assert_eq!(said.len(), errors.len(), "{args:?}: {ran:?}");
        for (said, (shard, what)) in said.iter().zip(errors) {
            let expected = format!("{}: {what}", self.shard(*shard).display());
            assert!(
                said.starts_with(&expected),
                "{args:?}: no {expected} in {ran:?}"
            );
        }
        assert_eq!(ran.stdout, "", "{args:?}");
        assert!(self.all() == before, "{args:?}: {:?} is left", self.left());
        neighbour
    }

    fn run_into_faults(&self, faults: &[Fault], args: &[&str], errors: &[(usize, &str)]) {
        let fail = fail_args(faults);
        let fail = fail.iter().map(String::as_str);
        self.run_into(
            &args.iter().copied().chain(fail).collect::<Vec<_>>(),
            errors,
        );
    }
}

#[test]
fn shards_have_all_rows_once_and_evenly() {
    for (shards, csv, all) in [
        (1, PENGUINS, 344),
        (2, PENGUINS, 344),
        (5, PENGUINS, 344),
        (9, FEW, 3),
    ] {
        let place = Place::new();
        place.run_well(&[
            "--shards",
            &shards.to_string(),
            &place.file("penguins.csv", csv),
        ]);
        let rows = place.select_each("SELECT count(*) FROM penguins");
        assert_eq!(rows.len(), shards);
        assert_eq!(rows.iter().sum::<i64>(), all);
        let [least, most] = [rows.iter().min(), rows.iter().max()].map(Option::unwrap);
        assert!(most - least <= 1, "{rows:?}");
    }
}

#[test]
fn every_fault_and_every_pair_of_faults_is_told_and_changes_no_shard() {
    let [new, old] = [Place::new(), Place::new()];
    old.run_well(&[]);
    let other = old.file("penguins.csv", FEW);
    for (n, first) in faults(3).enumerate() {
        for second in faults(3).skip(n) {
            let faults = [first, second];
            let errors = errors_of(&faults, 3, &[3]);
            assert!(!errors.is_empty(), "{faults:?}");
            for place in [&new, &old] {
                place.run_into_faults(&faults, &[&other], &errors);
            }
        }
    }
    assert_eq!(new.left(), [""; 0]);
    assert_eq!(old.left(), KEPT);
}

#[test]
fn what_fails_in_closing_fails_after_what_was_committed() {
    let place = Place::new();
    place.run_well(&[]);
    let faults = [("close", 3), ("close", 1)];
    let errors = errors_of(&faults, 3, &[344]);
    assert_eq!(
        errors.iter().map(|(shard, _)| *shard).collect::<Vec<_>>(),
        [3, 1]
    );
    place.run_into_faults(&faults, &[], &errors);
}

impl Place {
    /// A table of the numbers below `rows`.
    fn numbers(&self, table: usize, rows: usize) -> String {
        let numbers = (0..rows).map(|row| row.to_string());
        let lines: Vec<_> = iter::once("n".to_owned()).chain(numbers).collect();
        self.file(&format!("t{table}.csv"), lines.join("\n"))
    }

    fn has_numbers(&self, table: usize, rows: usize) -> bool {
        let count = |what: &str| self.select(&format!("SELECT count({what}) FROM t{table}"));
        let once = |row| count(&format!("CASE n WHEN {row} THEN 1 END")) == 1;
        count("*") == i64::try_from(rows).expect("a count") && (0..rows).all(once)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn either_all_rows_are_there_or_nothing_has_changed(
        shards in 1_usize..6,
        before in proptest::option::of(0_usize..20),
        tables in proptest::collection::vec(0_usize..20, 1..4),
        faults in proptest::sample::subsequence(faults(5).collect::<Vec<_>>(), 0..3),
    ) {
        let faults: Vec<_> = faults.into_iter().filter(|(_, shard)| *shard <= shards).collect();
        let place = Place::new();
        let shards_arg = shards.to_string();
        if let Some(rows) = before {
            place.run_well(&["--shards", &shards_arg, &place.numbers(0, rows)]);
        }
        let files = (0..).zip(&tables).map(|(table, rows)| place.numbers(table, *rows));
        let args: Vec<_> = fail_args(&faults).into_iter().chain(files).collect();
        let args = ["--shards", &shards_arg].into_iter().chain(args.iter().map(String::as_str));
        let args: Vec<_> = args.collect();
        let errors = errors_of(&faults, shards, &tables);
        if errors.is_empty() {
            place.run_well(&args);
            for (table, rows) in (0..).zip(tables) {
                prop_assert!(place.has_numbers(table, rows));
            }
        } else {
            place.run_into(&args, &errors);
        }
    }
}

#[test]
fn other_shards_than_asked_for_are_refused() {
    let place = Place::new();
    place.run_well(&[]);
    let check = |asked: &str, there: &str| {
        let before = place.all();
        let ran = place.run(&["--shards", asked]);
        assert_eq!(ran.status, Some(1), "{ran:?}");
        let out = place.out();
        let said = format!(
            "\ningest: {} has shards already ({there}), which are not the {asked} asked for\n",
            out.display()
        );
        assert!(ran.stderr.ends_with(&said), "{ran:?}");
        assert!(place.all() == before);
    };
    check("2", "1, 2, 3");
    check("4", "1, 2, 3");
    fs::remove_file(place.shard(2)).expect("a database");
    check("3", "1, 3");
}

#[test]
fn other_files_are_no_shards() {
    let place = Place::new();
    let names = [
        "ingest-01.db",
        "ingest-+4.db",
        "ingest-x.db",
        "ingest-4.db.txt",
        "ingest.db",
    ];
    for name in names {
        fs::write(place.out().join(name), "other").expect("a file");
    }
    let before = place.all();
    place.run_into(
        &["--fail", "commit:2"],
        &[(2, "FOREIGN KEY constraint failed")],
    );
    place.run_well(&[]);
    assert!(before.iter().all(|file| place.all().contains(file)));
}

#[test]
fn a_shard_that_is_no_database_is_refused_before_any_is_changed() {
    let place = Place::new();
    place.run_well(&[]);
    fs::write(
        place.shard(2),
        "no database, whatever its name says".repeat(30),
    )
    .expect("a file");
    place.run_into(&[], &[(2, "file is not a database")]);
}

#[test]
fn a_shard_that_somebody_else_is_writing_to_keeps_all_from_being_changed() {
    let place = Place::new();
    place.run_well(&[]);
    let write = || {
        let other = Connection::open(place.shard(2)).expect("a database");
        other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
        other
    };
    place.run_into_beside(write, &[], &[(2, "database is locked")]);
}

#[test]
fn a_shard_that_somebody_else_is_reading_cannot_be_committed_and_none_is() {
    let place = Place::new();
    place.run_well(&[]);
    let count =
        |db: &Connection| db.query_one("SELECT count(*) FROM penguins", [], |row| row.get(0));
    let read = || {
        let other = Connection::open(place.shard(1)).expect("a database");
        other.execute_batch("BEGIN").expect("a transaction");
        assert_eq!(count(&other), Ok(115));
        other
    };
    let fewer = place.file("penguins.csv", FEW);
    let other = place.run_into_beside(read, &[&fewer], &[(1, "database is locked")]);
    assert_eq!(count(&other), Ok(115));
}

/// Kills a run before it commits a shard. Those after it have been committed.
fn kill_before_commit(place: &Place, shard: usize) {
    let before = place.bytes();
    let fewer = place.file("penguins.csv", FEW);
    paused(place, &["--pause-commit", &shard.to_string(), &fewer]).with(|_| ());
    let fewer = |shard: usize| {
        select_in(&place.shard(shard), "SELECT count(*) FROM sqlite_schema") == Some(1)
            && select_in(&place.shard(shard), "SELECT count(*) FROM penguins") == Some(1)
    };
    let committed: Vec<_> = (1..=3).filter(|shard| fewer(*shard)).collect();
    assert_eq!(committed, (shard + 1..=3).collect::<Vec<_>>());
    assert!(shard == 3 || place.bytes() != before);
}

/// A run that fails by itself, so that what was done before it can be seen.
fn run_badly(place: &Place) -> Ran {
    let bad = place.file("bad.csv", "a,b\n1\n");
    let ran = place.run(&[&bad]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    ran
}

#[test]
fn after_a_kill_between_two_commits_the_next_run_starts_from_the_state_before() {
    for shard in 1..=3 {
        let [new, old] = [Place::new(), Place::new()];
        old.run_well(&[]);
        for place in [new, old] {
            let before = place.all();
            kill_before_commit(&place, shard);
            let ran = run_badly(&place);
            assert!(
                ran.stderr.contains("ingest: putting back the databases, "),
                "{ran:?}"
            );
            assert!(place.all() == before, "{shard}: {:?}", place.left());
            place.run_well(&[]);
            assert_eq!(place.select("SELECT count(*) FROM penguins"), 344);
            assert_eq!(place.left(), KEPT);
        }
    }
}

#[test]
fn after_a_kill_the_shards_that_it_was_about_to_make_are_no_others() {
    let place = Place::new();
    kill_before_commit(&place, 2);
    place.run_well(&["--shards", "2"]);
    assert_eq!(place.select("SELECT count(*) FROM penguins"), 344);
    assert_eq!(place.left(), ["ingest-1.db", "ingest-2.db", "report.csv"]);
}

#[test]
fn putting_back_is_begun_anew_when_it_was_interrupted() {
    let place = Place::new();
    place.run_well(&[]);
    let before = place.all();
    kill_before_commit(&place, 1);
    fs::write(place.shard(1), "half of").expect("a database");
    fs::remove_file(place.shard(2)).expect("a database");
    run_badly(&place);
    assert!(place.all() == before);
}

#[test]
fn journals_of_databases_that_were_not_there_are_removed_too() {
    let place = Place::new();
    kill_in_mid_run(&place);
    let ran = place.run(&["--fail", "open:1"]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert_eq!(place.left(), [""; 0]);
}

#[test]
fn databases_with_a_write_ahead_log_are_put_back_too() {
    let place = Place::new();
    place.run_well(&[]);
    for shard in place.shards() {
        let db = Connection::open(shard).expect("a database");
        db.pragma_update(None, "journal_mode", "WAL")
            .expect("a log");
    }
    place.run_into(
        &["--fail", "commit:1"],
        &[(1, "FOREIGN KEY constraint failed")],
    );
    let before = place.all();
    paused(&place, &["--pause-commit", "1"]).with(|_| ());
    assert!(place.left().contains(&"ingest-1.db-wal".to_owned()));
    run_badly(&place);
    assert!(place.all() == before);
}

#[test]
fn what_cannot_be_put_back_is_put_back_by_a_later_run() {
    let place = Place::new();
    place.run_well(&[]);
    let before = place.all();
    kill_before_commit(&place, 1);
    fs::remove_file(place.shard(2)).expect("a database");
    fs::create_dir(place.shard(2)).expect("a directory in its place");
    let ran = place.run(&[]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    let said = format!("ingest: {}: ", place.shard(2).display());
    assert!(ran.stderr.contains(&said), "{ran:?}");
    assert!(place.left().contains(&"ingest.before".to_owned()));
    fs::remove_dir(place.shard(2)).expect("the directory");
    run_badly(&place);
    assert!(place.all() == before);
}

#[test]
fn what_a_run_left_that_was_killed_before_or_after_is_only_removed() {
    let place = Place::new();
    place.run_well(&[]);
    let before = place.all();
    for left in ["ingest.before.part", "ingest.done"] {
        let left = place.out().join(left);
        fs::create_dir(&left).expect("a directory");
        fs::write(left.join("ingest-1.db"), "of an earlier state").expect("a file");
    }
    let ran = run_badly(&place);
    assert!(!ran.stderr.contains("putting back"), "{ran:?}");
    assert!(place.all() == before);
}

#[test]
fn what_another_program_left_in_mid_transaction_is_not_copied() {
    let place = Place::new();
    place.run_well(&[]);
    let before = place.all();
    kill_in_mid_run(&place);
    fs::remove_dir_all(place.out().join("ingest.before")).expect("the copies");
    run_badly(&place);
    assert!(place.all() == before);
}

#[test]
fn after_a_kill_the_next_run_takes_over_and_has_every_row_once() {
    let place = Place::new();
    place.run_well(&[]);
    let pid = kill_in_mid_run(&place);
    let next = place.run_well(&[]);
    let said = format!("taking over from pid {pid}, ");
    assert!(next.stderr.contains(&said), "{next:?}");
    assert_eq!(place.left(), KEPT);
    assert_eq!(place.select("SELECT count(*) FROM penguins"), 344);
    let tables = "SELECT count(*) FROM sqlite_schema";
    assert_eq!(
        place.select_each(tables),
        [1; 3],
        "the killed run's table is there"
    );
}

#[test]
fn after_a_kill_a_failing_run_restores_the_database_to_the_byte() {
    let place = Place::new();
    place.run_well(&[]);
    let bytes = place.bytes();
    kill_in_mid_run(&place);
    let bad = place.file("bad.csv", "a,b\n1\n");
    assert_eq!(place.run(&[&bad]).status, Some(1));
    assert!(place.bytes() == bytes, "the database has changed");
    assert_eq!(place.left(), KEPT);
}

#[test]
fn after_a_kill_in_the_first_run_of_all_nothing_is_visible() {
    let place = Place::new();
    kill_in_mid_run(&place);
    assert_eq!(
        place.select_each("SELECT count(*) FROM sqlite_schema"),
        [0; 3]
    );
    place.run_well(&[]);
    assert_eq!(
        place.select_each("SELECT count(*) FROM sqlite_schema"),
        [1; 3]
    );
}

#[test]
fn a_lock_file_that_nobody_holds_is_stale_though_its_pid_is_in_use() {
    let place = Place::new();
    let ours = std::process::id();
    fs::write(place.out().join("ingest.lock"), format!("{ours}\n")).expect("a lock file");
    let ran = place.run_well(&[]);
    let said = format!("taking over from pid {ours}, ");
    assert!(ran.stderr.contains(&said), "{ran:?}");
    assert_eq!(place.left(), KEPT);
}

#[test]
fn running_again_replaces_the_rows() {
    let place = Place::new();
    place.run_well(&[]);
    place.run_well(&[]);
    assert_eq!(place.select("SELECT count(*) FROM penguins"), 344);
    let fewer = place.file("penguins.csv", "species,legs\nAdelie,2\n");
    place.run_well(&[&fewer]);
    assert_eq!(place.select("SELECT sum(legs) FROM penguins"), 2);
}

#[test]
fn names_are_quoted() {
    let place = Place::new();
    let file = place.file("order; \"by\".csv", "select,\"a \"\"b\"\"\"\n1,2\n");
    place.run_well(&["--shards", "1", &file]);
    let sql = r#"SELECT "select" + "a ""b""" FROM "order; ""by""""#;
    assert_eq!(place.select(sql), 3);
}

#[test]
fn two_files_of_one_name_are_refused() {
    let place = Place::new();
    let one = place.file("x.csv", "a\n1\n");
    let other = place.file("X.tsv", "a\n1\n");
    let ran = place.run(&[&one, &other]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    let said = format!("ingest: {one} and {other} would both be the table `X`\n");
    assert!(ran.stderr.ends_with(&said), "{ran:?}");
}

#[test]
fn a_file_that_is_not_there_is_named_before_anything_is_touched() {
    let place = Place::new();
    let ran = place.run(&["nowhere.csv"]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert_eq!(journal(&ran.stderr), [("plan", "Failed")]);
    let error = ran.stderr.lines().last().unwrap_or_default();
    assert!(error.starts_with("ingest: nowhere.csv: "), "{error}");
    assert_eq!(place.left(), [""; 0]);
}

#[test]
fn a_directory_is_not_a_file_to_read() {
    let place = Place::new();
    let ran = place.run(&["."]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert!(
        ran.stderr.ends_with("ingest: .: not a regular file\n"),
        "{ran:?}"
    );
}

const NO_FAULT: &str =
    "`read:1` is not one of `open`, `write`, `commit` and `close`, with `:` and a shard";

#[test]
fn wrong_arguments_are_one_line_and_status_2() {
    for (args, said) in [
        (&["--frobnicate"][..], "unknown option `--frobnicate`"),
        (&["--dir"], "`--dir` needs a value"),
        (&["--dir", ""], "`--dir` needs a value"),
        (&["--pause-after", "ten"], "`ten` is not a number of rows"),
        (&["--pause-after", "0"], "`0` is not a number of rows"),
        (&["--shards"], "`--shards` needs a value"),
        (&["--shards", "0"], "`0` is not a number of shards"),
        (&["--shards", "-1"], "`-1` is not a number of shards"),
        (&["--pause-commit", "x"], "`x` is not a shard"),
        (&["--pause-commit", "4"], "there is no shard 4 of 3"),
        (
            &["--fail", "open:3", "--shards", "2"],
            "there is no shard 3 of 2",
        ),
        (&["--fail", "close:0"], "there is no shard 0 of 3"),
        (&["--fail", "read:1"], NO_FAULT),
        (&[""], "a file name is empty"),
    ] {
        let ran = ran(command(args));
        assert_eq!(ran.status, Some(2), "{args:?}: {ran:?}");
        assert_eq!(ran.stderr, format!("ingest: {said}; see --help\n"));
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn help_says_how_to_call_it() {
    let ran = ran(command(&["--help"]));
    assert_eq!(ran.status, Some(0), "{ran:?}");
    for option in [
        "--dir DIR",
        "--shards N",
        "--fail WHERE:SHARD",
        "--pause-after ROWS",
        "--pause-commit SHARD",
        "FILE.csv",
    ] {
        assert!(ran.stdout.contains(option), "no {option}");
    }
}

/// A report that is complete and cannot get its name is removed like any other.
#[test]
fn a_report_that_cannot_get_its_name_leaves_no_part() {
    let place = Place::new();
    fs::create_dir(place.out().join("report.csv")).expect("a directory in its place");
    let ran = place.run(&[]);
    assert_eq!(ran.status, Some(1));
    assert!(ran.stderr.contains("report.csv"), "{}", ran.stderr);
    assert_eq!(place.left(), KEPT);
}
