//! The examples `template_..`, run as their users run them: what they print, how they end, and what they
//! leave behind.

mod support;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use support::example::{self, Ran, ran};
use tempfile::TempDir;

/// A directory for a run, which also has its temporary files.
struct Place {
    dir: TempDir,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        fs::create_dir(dir.path().join("tmp")).expect("a directory in it");
        Place { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), text).expect("a written file");
        self.path(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file")
    }

    /// Runs an example here. Whatever becomes of it, no temporary file may be left.
    fn run(&self, name: &str, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ran {
        let mut command = example::command(name, args);
        let tmp = self.path("tmp");
        command
            .current_dir(self.dir.path())
            .env("TMPDIR", &tmp)
            .env("TMP", &tmp);
        let ran = ran(command);
        assert_eq!(names_in(&tmp), [""; 0], "left: {ran:?}");
        ran
    }

    /// What there is, but for the directory of temporary files.
    fn left(&self) -> Vec<String> {
        let mut names = names_in(self.dir.path());
        names.retain(|name| name != "tmp");
        names
    }
}

fn names_in(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).expect("a directory");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<_> = entries
        .map(|entry| name(entry).to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// It has printed that, no error, and ended well.
#[track_caller]
fn assert_done(ran: &Ran, stdout: &str) {
    assert_eq!(
        (ran.status, &*ran.stdout, &*ran.stderr),
        (Some(0), stdout, "")
    );
}

/// It has failed with these lines, and printed nothing else.
#[track_caller]
fn assert_failed(ran: &Ran, name: &str, errors: &[&str]) {
    let line = |error: &&str| format!("{name}: {error}\n");
    let errors: String = errors.iter().map(line).collect();
    assert_eq!(
        (ran.status, &*ran.stdout, &*ran.stderr),
        (Some(1), "", &*errors)
    );
}

#[track_caller]
fn assert_wrong(name: &str, usage: &str, cases: &[&[&str]]) {
    for args in cases {
        let place = Place::new();
        let ran = place.run(name, *args);
        let said = format!("{name}: usage: {name} {usage}\n");
        let expected = (Some(2), "", &*said);
        assert_eq!(
            (ran.status, &*ran.stdout, &*ran.stderr),
            expected,
            "{args:?}"
        );
        assert_eq!(place.left(), [""; 0], "{args:?}");
    }
}

mod stack {
    use super::{Place, assert_done, assert_failed, assert_wrong};
    use rusqlite::Connection;
    use std::{fs, thread};

    const NAME: &str = "template_stack";

    const THREE: &str = "north = north.db\n\n# the second\n  east=east.db  \nsouth = south.db\n";
    const ONCE: &str = "north: rows=1\neast: rows=1\nsouth: rows=1\n";

    fn rows(place: &Place, name: &str) -> Vec<i64> {
        let db = Connection::open(place.path(name)).expect("a database");
        let mut select = db
            .prepare("SELECT at FROM run ORDER BY at")
            .expect("a table");
        let rows = select.query_map([], |row| row.get(0)).expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    }

    fn prepare(place: &Place, name: &str, sql: &str) -> Connection {
        let db = Connection::open(place.path(name)).expect("a database");
        db.execute_batch(sql).expect(sql);
        db
    }

    #[test]
    fn the_demo_leaves_nothing() {
        let place = Place::new();
        assert_done(&place.run(NAME, [""; 0]), ONCE);
        assert_done(&place.run(NAME, ["--demo"]), ONCE);
        assert_eq!(place.left(), [""; 0]);
    }

    #[test]
    fn all_databases_have_the_same_row() {
        let place = Place::new();
        place.write("few.conf", THREE);
        assert_done(&place.run(NAME, ["few.conf"]), ONCE);
        assert_eq!(
            place.left(),
            ["east.db", "few.conf", "north.db", "south.db"]
        );
        let north = rows(&place, "north.db");
        assert_eq!(north.len(), 1);
        assert_eq!(
            [rows(&place, "east.db"), rows(&place, "south.db")],
            [north.clone(), north]
        );
        let twice = ONCE.replace('1', "2");
        assert_done(&place.run(NAME, ["few.conf"]), &twice);
    }

    #[test]
    fn paths_are_relative_to_the_config() {
        let place = Place::new();
        fs::create_dir(place.path("etc")).expect("a directory");
        place.write("etc/one.conf", "a = a.db");
        assert_done(&place.run(NAME, ["etc/one.conf"]), "a: rows=1\n");
        assert_eq!(rows(&place, "etc/a.db").len(), 1);
    }

    #[test]
    fn a_wrong_config_is_one_error_and_nothing_is_made() {
        for (config, said) in [
            ("", ": names no database"),
            ("# a = a.db\n\n", ": names no database"),
            ("a = a.db\n\nb b.db\n", ":3: no `name = path`"),
            ("a = a.db\n= b.db\n", ":2: the name or the path is missing"),
            ("a = a.db\nb =\n", ":2: the name or the path is missing"),
            (
                "a = a.db\n a = b.db\n",
                ":2: `a = b.db` repeats a name or a path",
            ),
            (
                "a = a.db\nb = ./a.db\n",
                ":2: `b = ./a.db` repeats a name or a path",
            ),
        ] {
            let place = Place::new();
            let path = place.write("wrong.conf", config);
            let ran = place.run(NAME, [&path]);
            assert_failed(&ran, NAME, &[&format!("{}{said}", path.display())]);
            assert_eq!(place.left(), ["wrong.conf"], "{config}");
        }
    }

    #[test]
    fn two_paths_to_one_file_are_found() {
        let place = Place::new();
        fs::create_dir(place.path("etc")).expect("a directory");
        let config = place.write("wrong.conf", "a = a.db\nb = etc/../a.db\n");
        let said = ":2: `b = etc/../a.db` repeats a name or a path";
        let ran = place.run(NAME, [&config]);
        assert_failed(&ran, NAME, &[&format!("{}{said}", config.display())]);
        let ran = place.run(NAME, ["wrong.conf"]);
        assert_failed(&ran, NAME, &[&format!("wrong.conf{said}")]);
        assert_eq!(place.left(), ["etc", "wrong.conf"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_file_is_that_file() {
        let place = Place::new();
        place.write("a.db", "");
        fs::create_dir(place.path("etc")).expect("a directory");
        for (of, link) in [("a.db", "b.db"), (".", "etc/here")] {
            std::os::unix::fs::symlink(place.path(of), place.path(link)).expect("a link");
        }
        for path in ["b.db", "etc/here/a.db"] {
            place.write("wrong.conf", format!("a = a.db\nb = {path}\n"));
            let said = format!("wrong.conf:2: `b = {path}` repeats a name or a path");
            assert_failed(&place.run(NAME, ["wrong.conf"]), NAME, &[&said]);
        }
    }

    #[test]
    fn a_config_that_cannot_be_read_is_one_error() {
        let place = Place::new();
        let missing = place.run(NAME, ["none.conf"]);
        assert_eq!((missing.status, &*missing.stdout), (Some(1), ""));
        assert!(
            missing.stderr.starts_with("template_stack: none.conf: "),
            "{missing:?}"
        );
        assert_eq!(missing.stderr.lines().count(), 1);

        place.write("no-text.conf", b"a = \xff");
        let no_text = place.run(NAME, ["no-text.conf"]);
        assert_eq!(
            (no_text.status, no_text.stderr.lines().count()),
            (Some(1), 1)
        );
        assert_eq!(place.left(), ["no-text.conf"]);
    }

    /// By then there is a transaction in each of the others, one of which is made for it.
    #[test]
    fn a_database_that_cannot_be_opened_leaves_the_others_alone() {
        let place = Place::new();
        place.write(
            "few.conf",
            "old = old.db\nnew = new.db\nlast = missing/last.db\n",
        );
        drop(prepare(&place, "old.db", "CREATE TABLE run (at)"));
        let ran = place.run(NAME, ["few.conf"]);
        assert_eq!(
            (ran.status, ran.stderr.lines().count()),
            (Some(1), 1),
            "{ran:?}"
        );
        assert!(
            ran.stderr.starts_with("template_stack: missing/last.db: "),
            "{ran:?}"
        );
        assert_eq!(place.left(), ["few.conf", "old.db"]);
        assert_eq!(rows(&place, "old.db"), [0; 0]);
    }

    #[test]
    fn a_file_that_is_no_database_stays_as_it_is() {
        let place = Place::new();
        place.write("few.conf", THREE);
        place.write(
            "south.db",
            "no database, but rather long for its age".repeat(30),
        );
        let ran = place.run(NAME, ["few.conf"]);
        assert_failed(&ran, NAME, &["south.db: file is not a database"]);
        assert_eq!(place.left(), ["few.conf", "south.db"]);
        assert!(place.read("south.db").starts_with("no database"));
    }

    /// It is waited for as long as `SQLite` is told to, which is five seconds. Meanwhile a file is taken
    /// away that was made for the run: that it cannot be removed is one more error.
    #[cfg(unix)]
    #[test]
    fn every_error_is_told() {
        let place = Place::new();
        place.write("few.conf", THREE);
        let sql = "CREATE TABLE run (at); BEGIN; SELECT * FROM run";
        let reader = prepare(&place, "south.db", sql);
        let ran = thread::scope(|scope| {
            let run = scope.spawn(|| place.run(NAME, ["few.conf"]));
            // By then the first one is open, and no more made anew.
            while !place.path("east.db").exists() && !run.is_finished() {
                thread::yield_now();
            }
            fs::remove_file(place.path("north.db")).expect("a file that was made");
            run.join().expect("a run")
        });
        let missing = "north.db: unable to open database file: north.db";
        assert_failed(&ran, NAME, &["south.db: database is locked", missing]);
        drop(reader);
        assert_eq!(place.left(), ["few.conf", "south.db"]);
    }

    /// One of two that run at once makes the file and fails. The other has done well only if its row is
    /// there, whoever was first.
    #[test]
    fn what_another_run_has_committed_is_not_removed() {
        for _ in 0..20 {
            let place = Place::new();
            place.write("good.conf", "north = north.db\n");
            place.write("bad.conf", "north = north.db\neast = east.db\n");
            let refusing = "CREATE TABLE run (at CHECK (at < 0))";
            drop(prepare(&place, "east.db", refusing));
            let good = thread::scope(|scope| {
                let bad = scope.spawn(|| place.run(NAME, ["bad.conf"]));
                let good = place.run(NAME, ["good.conf"]);
                assert_eq!(bad.join().expect("a run").status, Some(1));
                good
            });
            if good.status == Some(0) {
                assert_eq!(rows(&place, "north.db").len(), 1, "{good:?}");
            } else {
                let said = good.stderr.starts_with("template_stack: north.db: ");
                assert!(said, "{good:?}");
            }
        }
    }

    #[test]
    fn what_sqlite_has_rolled_back_is_no_second_error() {
        let place = Place::new();
        place.write("few.conf", THREE);
        let refusing = "CREATE TABLE run (at);
                        CREATE TRIGGER refusing BEFORE INSERT ON run
                            BEGIN SELECT RAISE(ROLLBACK, 'not today'); END";
        drop(prepare(&place, "east.db", refusing));
        let ran = place.run(NAME, ["few.conf"]);
        assert_failed(&ran, NAME, &["east.db: not today"]);
        assert_eq!(place.left(), ["east.db", "few.conf"]);
    }

    #[test]
    fn a_row_that_is_refused_is_in_none() {
        let place = Place::new();
        place.write("few.conf", THREE);
        drop(prepare(
            &place,
            "east.db",
            "CREATE TABLE run (at CHECK (at < 0))",
        ));
        let ran = place.run(NAME, ["few.conf"]);
        assert_failed(&ran, NAME, &["east.db: CHECK constraint failed: at < 0"]);
        assert_eq!(place.left(), ["east.db", "few.conf"]);
        assert_eq!(rows(&place, "east.db"), [0; 0]);
    }

    /// The first is the last to be committed: by then the others would have been.
    #[test]
    fn what_a_commit_would_refuse_is_found_before_any_is_made() {
        let place = Place::new();
        place.write("few.conf", THREE);
        let deferred = "CREATE TABLE run (at REFERENCES time (at) DEFERRABLE INITIALLY DEFERRED);
                        CREATE TABLE time (at PRIMARY KEY)";
        drop(prepare(&place, "north.db", deferred));
        let ran = place.run(NAME, ["few.conf"]);
        let said = "north.db: a foreign key refers to a row that is not there";
        assert_failed(&ran, NAME, &[said]);
        assert_eq!(place.left(), ["few.conf", "north.db"]);
        assert_eq!(rows(&place, "north.db"), [0; 0]);
    }

    #[test]
    fn wrong_arguments() {
        let cases: &[&[&str]] = &[&["--frobnicate"], &["-x"], &["a", "b"], &["--demo", "a"]];
        assert_wrong(NAME, "[--demo | CONFIG]", cases);
    }
}

mod connection {
    use super::{Place, assert_done, assert_wrong};

    const NAME: &str = "template_connection";

    fn seen(lines: &[&str]) -> String {
        let line = |line: &&str| format!("server: {line}\n");
        ["HELLO", "double 2", "double 3"]
            .iter()
            .chain(lines)
            .map(line)
            .collect()
    }

    #[track_caller]
    fn assert_fails(arg: &str, lines: &[&str], error: &str) {
        let ran = Place::new().run(NAME, [arg]);
        let error = format!("{NAME}: {error}\n");
        let expected = (Some(1), seen(lines), error);
        assert_eq!((ran.status, ran.stdout, ran.stderr), expected);
    }

    #[test]
    fn says_goodbye_when_all_went_well() {
        let ran = Place::new().run(NAME, [""; 0]);
        let stdout = seen(&["double 4", "BYE Completed"]) + "the sum is 18\n";
        assert_done(&ran, &stdout);
    }

    #[test]
    fn says_goodbye_when_the_work_fails() {
        let error = "the server rejects `double four`: invalid digit found in string";
        assert_fails("--fail", &["double four", "BYE Failed"], error);
    }

    #[test]
    fn says_goodbye_when_the_work_is_dropped() {
        let error = "the work was given up after 2s";
        assert_fails("--hang", &["wait", "BYE Dropped"], error);
    }

    #[test]
    fn wrong_arguments() {
        let cases: &[&[&str]] = &[&["--frobnicate"], &["x"], &["--fail", "--hang"]];
        assert_wrong(NAME, "[--fail | --hang]", cases);
    }
}

#[cfg(unix)]
mod tools {
    use super::{Place, assert_done, assert_failed, assert_wrong};
    #[cfg(target_os = "linux")]
    use std::{fs::File, io::Read, process::Command};

    const NAME: &str = "template_tools";

    /// Prints to both streams, from a child process of a child process, and ends as it is told.
    fn shell(status: &str) -> [String; 3] {
        let script = format!("echo one; echo two >&2; sh -c 'echo three'; exit {status}");
        ["sh".to_owned(), "-c".to_owned(), script]
    }

    const SAID: &str = "running `sh`\none\ntwo\nthree\n";

    fn logged(status: &str) -> Vec<String> {
        let log = ["--log", "run.log"].map(str::to_owned);
        log.into_iter().chain(shell(status)).collect()
    }

    #[test]
    fn what_a_command_prints_is_kept_when_all_went_well() {
        let place = Place::new();
        assert_done(
            &place.run(NAME, [""; 0]),
            "all went well, 3 lines not shown\n",
        );
        assert_done(
            &place.run(NAME, shell("0")),
            "all went well, 4 lines not shown\n",
        );
        assert_eq!(place.left(), [""; 0]);
    }

    #[test]
    fn what_a_command_prints_is_shown_when_it_fails() {
        let ran = Place::new().run(NAME, shell("3"));
        let stderr = "template_tools: `sh` has failed: exit status: 3\n";
        assert_eq!(
            (ran.status, &*ran.stdout, &*ran.stderr),
            (Some(1), SAID, stderr)
        );
    }

    #[test]
    fn nothing_is_redirected_when_all_is_to_be_seen() {
        let args = std::iter::once("--verbose".to_owned()).chain(shell("0"));
        let ran = Place::new().run(NAME, args);
        let stdout = "running `sh`\none\nthree\nall went well\n";
        assert_eq!(
            (ran.status, &*ran.stdout, &*ran.stderr),
            (Some(0), stdout, "two\n")
        );
    }

    #[test]
    fn a_log_takes_the_place_of_the_one_before() {
        let place = Place::new();
        assert_done(
            &place.run(NAME, logged("0")),
            "all went well, see run.log\n",
        );
        assert_eq!(place.read("run.log"), SAID);
        let ran = place.run(NAME, ["--log", "run.log", "true"]);
        assert_done(&ran, "all went well, see run.log\n");
        assert_eq!(place.read("run.log"), "running `true`\n");
        assert_eq!(place.left(), ["run.log"]);
    }

    #[test]
    fn a_log_is_kept_when_the_command_fails() {
        let place = Place::new();
        let ran = place.run(NAME, logged("3"));
        assert_failed(&ran, NAME, &["`sh` has failed: exit status: 3"]);
        assert_eq!(place.read("run.log"), SAID);
    }

    #[test]
    fn a_log_that_cannot_be_made_is_one_error() {
        let place = Place::new();
        std::fs::create_dir(place.path("run.log")).expect("a directory");
        let ran = place.run(NAME, logged("0"));
        assert_failed(&ran, NAME, &["run.log: Is a directory (os error 21)"]);
    }

    #[test]
    fn a_log_that_is_a_link_stays_one() {
        let place = Place::new();
        place.write(
            "log.1",
            "of the last run, which was longer than this one is going to be",
        );
        std::os::unix::fs::symlink("log.1", place.path("run.log")).expect("a link");
        let ran = place.run(NAME, logged("0"));
        assert_done(&ran, "all went well, see run.log\n");
        assert!(place.path("run.log").is_symlink());
        assert_eq!(place.read("log.1"), SAID);
    }

    /// It cannot be synced, and how that is told depends on the system.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_log_that_is_a_pipe_is_read_by_another() {
        let place = Place::new();
        let fifo = place.path("run.log");
        let made = Command::new("mkfifo").arg(&fifo).status();
        assert!(made.expect("a command").success());
        // Open for both, it waits for nobody, and a pipe has room for all that is said.
        let both = File::options().read(true).write(true).open(&fifo);
        let ran = place.run(NAME, logged("0"));
        assert_done(&ran, "all went well, see run.log\n");
        let mut read = vec![0; SAID.len()];
        both.expect("a pipe").read_exact(&mut read).expect("a log");
        assert_eq!(String::from_utf8_lossy(&read), SAID);
    }

    #[test]
    fn a_command_that_is_not_there_is_one_error() {
        let ran = Place::new().run(NAME, ["--log", "run.log", "no-such-command"]);
        let said = "`no-such-command`: No such file or directory (os error 2)";
        assert_failed(&ran, NAME, &[said]);
    }

    #[test]
    fn wrong_arguments() {
        let cases: &[&[&str]] = &[&["--frobnicate"], &["-x", "true"], &["--log"]];
        let usage = "[--log FILE | --verbose] [COMMAND [ARG ..]]";
        assert_wrong(NAME, usage, cases);
        assert_wrong(NAME, usage, &[&["--verbose", "--log", "run.log", "true"]]);
    }
}

/// The work of `template_tools` does not panic, but that of a program that is made from it may.
#[cfg(unix)]
mod panicking_tools {
    use super::support::child;
    use guard_core::{
        Capture, ExitErrors, Guard, context_manager, redirect_stderr, redirect_stdout, yield_point,
    };
    use std::io::{self, Write};
    use std::os::fd::AsFd;

    // What follows is from the template, word for word.

    /// What the streams can be redirected to meanwhile. It is shown unless all went well: the message
    /// of a panic is in there, too.
    #[context_manager]
    fn shown_unless_completed() -> io::Result<Capture> {
        let said = Capture::new()?;
        if yield_point!(said).is_completed() {
            return Ok(());
        }
        let mut stdout = io::stdout();
        stdout.write_all(&said.bytes()?)?;
        stdout.flush()
    }

    /// Both streams go to `target`, in the order in which things are printed.
    #[context_manager]
    fn redirected(target: impl AsFd) -> io::Result<()> {
        let out = redirect_stdout(target).enter_local()?;
        let err = redirect_stderr(io::stdout()).enter_local()?;
        yield_point!();
        both(Guard::exit(err), Guard::exit(out))
    }

    /// Keeps both errors, if there are two.
    fn both(first: io::Result<()>, second: io::Result<()>) -> io::Result<()> {
        ExitErrors::of([first, second]).map_err(io::Error::other)
    }

    // This is the end of it.

    #[test]
    fn it_is_word_for_word() {
        let this = include_str!("templates.rs");
        let template = include_str!("../../guard-core/examples/template_tools.rs");
        let (_, copied) = this.split_once(", word for word.\n\n").expect("a copy");
        let (copied, _) = copied
            .split_once("    // This is the end")
            .expect("its end");
        let items: Vec<_> = copied.split_inclusive("    }\n\n").collect();
        assert_eq!(items.len(), 3);
        for item in items {
            assert!(template.contains(item.trim_end()), "{item}");
        }
    }

    #[test]
    fn what_was_printed_is_shown_with_the_message_of_the_panic() {
        if child::is_child() {
            let panicked = shown_unless_completed().try_with(|said| {
                redirected(said).try_with(|()| -> io::Result<()> {
                    writeln!(io::stdout(), "one")?;
                    panic!("two");
                })
            });
            unreachable!("{panicked:?}");
        }
        let name = "panicking_tools::what_was_printed_is_shown_with_the_message_of_the_panic";
        let output = child::run(name);
        assert_eq!(output.status.code(), Some(101), "{output:?}");
        let stdout = String::from_utf8_lossy(&output.stdout);
        let (_, shown) = stdout.split_once("one\n").expect(&stdout);
        assert!(shown.contains(" panicked at "), "{shown}");
        assert!(shown.contains(":\ntwo\n"), "{shown}");
        assert_eq!(child::stderr(&output), "");
    }
}

#[cfg(unix)]
mod test {
    use super::{Place, Ran, assert_done, assert_failed, assert_wrong, example, names_in, ran};
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;
    use std::{env, fs, iter};

    const NAME: &str = "template_test";

    /// Runs the tests of the example, which have their temporary files here, and with the program
    /// `sort`, if it is not the one of the system.
    fn tested(place: &Place, sort: Option<&str>) -> Ran {
        let mut command = example::test_command(NAME);
        command.env("TMPDIR", place.path("tmp"));
        if let Some(script) = sort {
            let sort = place.write("sort", script);
            fs::set_permissions(sort, Permissions::from_mode(0o755)).expect("a program");
            let path = env::var_os("PATH").unwrap_or_default();
            let path = iter::once(place.path("")).chain(env::split_paths(&path));
            command.env("PATH", env::join_paths(path).expect("a path"));
        }
        ran(command)
    }

    /// The names of the tests that have come to this, in order.
    fn names<'r>(ran: &'r Ran, how: &str) -> Vec<&'r str> {
        let name = |line: &'r str| line.strip_prefix("test tests::")?.strip_suffix(how);
        let names = ran.stdout.lines().filter_map(name);
        let mut names: Vec<_> = names.map(|name| name.trim_end_matches(" ... ")).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn sorts() {
        let place = Place::new();
        assert_done(&place.run(NAME, [""; 0]), "apple\npear\n");
        assert_done(&place.run(NAME, ["b", "ä", "b", ""]), "\nb\nä\n");
        assert_eq!(place.left(), [""; 0]);
    }

    #[test]
    fn the_lock_of_another_is_one_error_and_stays() {
        let place = Place::new();
        let lock = place.write("template_test.lock", "");
        let mut command = example::command(NAME, ["a"]);
        command.env("TMPDIR", place.path(""));
        let said = format!("{}: File exists (os error 17)", lock.display());
        assert_failed(&ran(command), NAME, &[&said]);
        assert_eq!(place.left(), ["template_test.lock"]);
    }

    #[test]
    fn wrong_arguments() {
        assert_wrong(NAME, "[WORD ..]", &[&["--frobnicate"], &["a", "-r"]]);
    }

    #[test]
    fn its_tests_pass_and_a_zombie_is_found() {
        let place = Place::new();
        let ran = tested(&place, None);
        assert_eq!(ran.status, Some(0), "{ran:?}");
        let mut expected = vec![
            "leaves_nothing_whatever_fails",
            "sorts::case_1_nothing",
            "sorts::case_2_unsorted",
            "sorts::case_3_repeated",
            "tells_the_lock_how_it_has_ended::case_1_done",
            "tells_the_lock_how_it_has_ended::case_2_no_text",
        ];
        if cfg!(target_os = "linux") {
            let of_linux = [
                "leaks::a_zombie_is_found - should panic",
                "leaks::leaves_nothing",
            ];
            expected.splice(..0, of_linux);
        }
        assert_eq!(names(&ran, "ok"), expected);
        assert_eq!(names_in(&place.path("tmp")), [""; 0]);
    }

    #[test]
    fn a_test_that_fails_leaves_its_file() {
        let place = Place::new();
        let ran = tested(&place, Some("#!/bin/sh\nexec cat\n"));
        assert_eq!(ran.status, Some(101), "{ran:?}");
        let failed = names(&ran, "FAILED");
        let expected = ["sorts::case_2_unsorted", "sorts::case_3_repeated"];
        assert!(expected.iter().all(|name| failed.contains(name)), "{ran:?}");
        assert!(!failed.contains(&"sorts::case_1_nothing"), "{ran:?}");
        let left = names_in(&place.path("tmp"));
        let mut texts: Vec<_> = left
            .iter()
            .map(|name| place.read(&format!("tmp/{name}")))
            .collect();
        texts.sort();
        assert_eq!(texts, ["b\na\n", "b\na\nb"]);
        for name in left {
            let path = place.path("tmp").join(name);
            let said = format!("left for you to look at: {}\n", path.display());
            assert!(ran.stdout.contains(&said), "{ran:?}");
        }
    }

    #[test]
    fn a_child_process_that_fails_is_an_error() {
        let place = Place::new();
        let ran = tested(&place, Some("#!/bin/sh\ncat\nexit 3\n"));
        assert_eq!(ran.status, Some(101), "{ran:?}");
        let said = "a child process has failed: exit status: 3";
        assert!(ran.stdout.contains(said), "{ran:?}");
    }
}

mod timing {
    use super::{Place, assert_done, assert_failed, assert_wrong};

    const NAME: &str = "template_timing";

    const BIRDS: &str = "\
species     birds  mean mass
Adelie        151     3701 g
Chinstrap      68     3733 g
Gentoo        123     5076 g
";

    /// The lines without the durations, once these are known to have units.
    fn timings(stderr: &str) -> Vec<String> {
        let timing = |line: &str| {
            let (what, rest) = line.split_once(": ").expect(line);
            let (took, how) = rest.split_once(", ").expect(line);
            let unit = took.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
            assert!(["ns", "µs", "ms", "s"].contains(&unit), "{line}");
            format!("{what} {how}")
        };
        stderr.lines().map(timing).collect()
    }

    #[test]
    fn nothing_is_timed_without_the_flag() {
        assert_done(&Place::new().run(NAME, [""; 0]), BIRDS);
    }

    #[test]
    fn timings_go_to_standard_error_alone() {
        let ran = Place::new().run(NAME, ["--timings"]);
        assert_eq!((ran.status, &*ran.stdout), (Some(0), BIRDS));
        let expected = [
            "    read Completed",
            "    parse Completed",
            "  load Completed",
            "  sum up Completed",
            "  lay out Completed",
            "total Completed",
        ];
        assert_eq!(timings(&ran.stderr), expected);
    }

    #[test]
    fn what_fails_is_timed_too() {
        let place = Place::new();
        place.write(
            "birds.csv",
            "body_mass_g,species\n7,Wren\nNA,Wren\nheavy,Emu\n",
        );
        let ran = place.run(NAME, ["--timings", "birds.csv"]);
        let error = "template_timing: birds.csv:4: `heavy`: invalid float literal\n";
        assert_eq!((ran.status, &*ran.stdout), (Some(1), ""));
        let printed = ran.stderr.strip_suffix(error).expect(error);
        let expected = [
            "    read Completed",
            "    parse Failed",
            "  load Failed",
            "total Failed",
        ];
        assert_eq!(timings(printed), expected);
        place.write(
            "birds.csv",
            "body_mass_g,species\n7,Wren\nNA,Wren\n9,Wren\n",
        );
        let table = "species     birds  mean mass\nWren            2        8 g\n";
        assert_done(&place.run(NAME, ["birds.csv"]), table);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_one_error() {
        let place = Place::new();
        let ran = place.run(NAME, ["none.csv", "--timings"]);
        assert_eq!((ran.status, &*ran.stdout), (Some(1), ""));
        let (timed, error) = ran
            .stderr
            .split_at(ran.stderr.find(NAME).expect("an error"));
        assert_eq!(
            timings(timed),
            ["    read Failed", "  load Failed", "total Failed"]
        );
        assert!(error.starts_with("template_timing: none.csv: "), "{ran:?}");
        for (text, said) in [
            ("", "has no column `species`"),
            ("species\nEmu\n", "has no column `body_mass_g`"),
        ] {
            place.write("birds.csv", text);
            let ran = place.run(NAME, ["birds.csv"]);
            assert_failed(&ran, NAME, &[&format!("birds.csv: {said}")]);
        }
    }

    #[test]
    fn wrong_arguments() {
        let cases: &[&[&str]] = &[&["--timing"], &["a", "b"], &["-t", "a"]];
        assert_wrong(NAME, "[--timings] [FILE.csv]", cases);
    }
}
