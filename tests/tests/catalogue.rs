//! A catalogue of bugs in cleanup: each one as a small program in which the kit finds it, and mended,
//! where nothing is found. What a bug is, where it is met and how it is found is written in its file.
//!
//! | found by | bugs |
//! |---|---|
//! | the books of a tracker | `field_order`, `let_underscore`, `use_after_close` |
//! | runs with faults, and the books | `double_close`, `early_return`, `partly_opened`, `retry_reopens`, `stops_closing`, `success_path_only` |
//! | runs with faults, and what becomes of the errors | `lost_body_error`, `swallowed_error` |
//! | runs with faults, and what is left or written | `commit_on_error`, `lock_file_left`, `temp_file_left` |
//! | dropping a future at each await | `cancelled_enter`, `cancelled_exit` |
//! | what is open when a future has ended | `detached_task` |
//! | how a process of its own has ended | `exit_without_cleanup`, `panic_in_drop` |
//! | what a process of its own has left | `inherited_descriptor`, `reference_cycle`, `relative_path`, `unjoined_thread`, `zombie_child` |
//! | counting allocations | `leaked_allocation` |
//!
//! `GUARD_CATALOGUE_RUNS=1000 cargo test -p guard-tests --test catalogue no_false_alarm` is a longer
//! search for false alarms.
#![cfg(target_os = "linux")]

/// One file for each bug.
mod catalogue {
    pub(crate) mod cancelled_enter;
    pub(crate) mod cancelled_exit;
    pub(crate) mod commit_on_error;
    pub(crate) mod detached_task;
    pub(crate) mod double_close;
    pub(crate) mod early_return;
    pub(crate) mod exit_without_cleanup;
    pub(crate) mod field_order;
    pub(crate) mod inherited_descriptor;
    pub(crate) mod leaked_allocation;
    pub(crate) mod let_underscore;
    pub(crate) mod lock_file_left;
    pub(crate) mod lost_body_error;
    pub(crate) mod panic_in_drop;
    pub(crate) mod partly_opened;
    pub(crate) mod reference_cycle;
    pub(crate) mod relative_path;
    pub(crate) mod retry_reopens;
    pub(crate) mod stops_closing;
    pub(crate) mod success_path_only;
    pub(crate) mod swallowed_error;
    pub(crate) mod temp_file_left;
    pub(crate) mod unjoined_thread;
    pub(crate) mod use_after_close;
    pub(crate) mod zombie_child;
}

use std::cell::RefCell;
use std::env;
use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitCode};
use std::time::Duration;

use catalogue::{
    cancelled_enter, cancelled_exit, commit_on_error, detached_task, double_close, early_return,
    exit_without_cleanup, field_order, inherited_descriptor, leaked_allocation, let_underscore,
    lock_file_left, lost_body_error, panic_in_drop, partly_opened, reference_cycle, relative_path,
    retry_reopens, stops_closing, success_path_only, swallowed_error, temp_file_left,
    unjoined_thread, use_after_close, zombie_child,
};
use guard_core::testing::{
    CountingAllocator, Ended, Exhaust, Faults, LeakCheck, Outcome, Problem, Ran, Report,
    ResourceTracker, Summary, isolated, no_leaks,
};
use rusqlite::Connection;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

/// How often all that is mended is tried at once.
const RUNS: &str = "GUARD_CATALOGUE_RUNS";

/// That the first run that goes wrong is the one with this plan, and that the report says this.
#[track_caller]
fn finds(found: Result<Summary, Report>, plan: &str, text: &str) {
    let report = found.expect_err("a bug");
    let first = report.plans().next().map(ToString::to_string);
    assert_eq!(first.as_deref(), Some(plan), "{report}");
    let report = report.to_string();
    assert!(report.contains(text), "{report}");
}

/// That nothing goes wrong in any of several runs.
#[track_caller]
fn finds_nothing(found: Result<Summary, Report>) {
    let summary = found.unwrap_or_else(|report| panic!("{report}"));
    assert!(summary.runs() > 1, "{summary}");
    assert_eq!((summary.missed(), summary.left_out()), (0, 0), "{summary}");
}

fn check<R: Ended>(scenario: impl FnMut(&Faults) -> R) -> Result<Summary, Report> {
    Exhaust::new().check(scenario)
}

fn check_async<R: Ended>(scenario: impl AsyncFnMut(&Faults) -> R) -> Result<Summary, Report> {
    Exhaust::new().tokio().check_async(scenario)
}

/// What is there stays there.
fn impatient() -> LeakCheck {
    LeakCheck::default().patience(Duration::from_millis(50))
}

#[test]
fn finds_success_path_only() {
    let text = "`lock` was never closed";
    finds(check(success_path_only::buggy), "read#1=panic", text);
}

#[test]
fn mended_success_path_only() {
    finds_nothing(check(success_path_only::mended));
}

#[test]
fn finds_early_return() {
    let text = "`socket` was never closed";
    finds(check(early_return::buggy), "greet#1=error", text);
}

#[test]
fn mended_early_return() {
    finds_nothing(check(early_return::mended));
}

#[test]
#[should_panic(expected = "\
signal: 6 (SIGABRT)
in progress: run 7: `work#1` panics, and `journal.flush#1` returns an error
  GUARD_EXHAUST='work#1=panic,journal.flush#1=error' cargo test finds_panic_in_drop -- --exact
2 of those before it have gone wrong, first run 5: `journal.flush#1` returns an error
")]
fn finds_panic_in_drop() {
    Exhaust::new().run(panic_in_drop::buggy);
}

#[test]
fn mended_panic_in_drop() {
    Exhaust::new().run(panic_in_drop::mended);
}

#[test]
fn finds_field_order() {
    let tracker = ResourceTracker::new();
    field_order::buggy(&tracker);
    tracker.assert_balanced();
    let problems = tracker.out_of_order();
    let [
        Problem::OutOfOrder {
            closed, still_open, ..
        },
    ] = &problems[..]
    else {
        panic!("{problems:?}");
    };
    assert_eq!(
        (closed.name(), still_open.name()),
        ("connection", "channel")
    );
}

#[test]
fn mended_field_order() {
    let tracker = ResourceTracker::new();
    field_order::mended(&tracker);
    tracker.assert_lifo();
}

#[test]
fn finds_double_close() {
    finds(
        check(double_close::buggy),
        "",
        "`descriptor` was closed twice: at",
    );
}

#[test]
fn mended_double_close() {
    finds_nothing(check(double_close::mended));
}

/// How often a resource, and which, was used after it was closed.
fn uses_after_close(tracker: &ResourceTracker) -> Vec<(String, usize)> {
    let problems = tracker.unbalanced().into_iter();
    let uses = problems.map(|problem| match problem {
        Problem::UsedAfterClose(record) => {
            (record.name().to_owned(), record.used_after_close().len())
        }
        other => panic!("{other}"),
    });
    uses.collect()
}

#[test]
fn finds_use_after_close() {
    let tracker = ResourceTracker::new();
    use_after_close::buggy::query(&tracker);
    assert_eq!(uses_after_close(&tracker), [("database".to_owned(), 1)]);
}

#[test]
fn mended_use_after_close() {
    let tracker = ResourceTracker::new();
    use_after_close::mended::query(&tracker);
    tracker.assert_balanced();
}

#[test]
#[should_panic(expected = "-> socket that listens at 127.0.0.1:")]
fn finds_reference_cycle() {
    impatient().isolated(|| assert!(reference_cycle::buggy::serve().is_ok()));
}

#[test]
fn mended_reference_cycle() {
    no_leaks(|| assert!(reference_cycle::mended::serve().is_ok()));
}

#[test]
fn finds_let_underscore() {
    let tracker = ResourceTracker::new();
    assert!(let_underscore::buggy(&tracker).is_break());
    assert_eq!(uses_after_close(&tracker), [("session".to_owned(), 2)]);
}

#[test]
fn mended_let_underscore() {
    let tracker = ResourceTracker::new();
    assert!(let_underscore::mended(&tracker).is_break());
    tracker.assert_balanced();
}

#[test]
fn finds_swallowed_error() {
    let text = "the error at `report.write#1` was swallowed";
    finds(check(swallowed_error::buggy), "report.write#1=error", text);
}

#[test]
fn mended_swallowed_error() {
    finds_nothing(check(swallowed_error::mended));
}

#[test]
fn finds_partly_opened() {
    let text = "`shard 0` was never closed";
    finds(check(partly_opened::buggy), "open#2=error", text);
}

#[test]
fn mended_partly_opened() {
    finds_nothing(check(partly_opened::mended));
}

#[test]
fn finds_stops_closing() {
    let text = "`shard 1` was never closed";
    finds(check(stops_closing::buggy), "close#1=error", text);
}

#[test]
fn mended_stops_closing() {
    finds_nothing(check(stops_closing::mended));
}

#[test]
fn finds_lost_body_error() {
    let plan = "file.write#1=error,file.flush#1=error";
    let text = "the error at `file.write#1` was lost";
    finds(check(lost_body_error::buggy), plan, text);
}

#[test]
fn mended_lost_body_error() {
    finds_nothing(check(lost_body_error::mended));
}

#[test]
fn finds_retry_reopens() {
    let found = Exhaust::new().may_recover().check(retry_reopens::buggy);
    finds(found, "handshake#1=error", "`connection` was never closed");
}

#[test]
fn mended_retry_reopens() {
    finds_nothing(Exhaust::new().may_recover().check(retry_reopens::mended));
}

/// What is wrong while the child runs, which has to be ended either way.
fn beside_a_child(start: fn() -> io::Result<Child>) {
    isolated(|| {
        let watch = LeakCheck::new().descriptors().keeping_children().start();
        let mut child = start().expect("a child");
        let leaks: Vec<String> = watch.finish().iter().map(ToString::to_string).collect();
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        assert!(leaks.is_empty(), "{leaks:?}");
    });
}

#[test]
#[should_panic(expected = " `sleep 1000` -> socket that listens at 127.0.0.1:")]
fn finds_inherited_descriptor() {
    beside_a_child(inherited_descriptor::buggy);
}

#[test]
fn mended_inherited_descriptor() {
    beside_a_child(inherited_descriptor::mended);
}

#[test]
#[should_panic(expected = " `heartbeat`")]
fn finds_unjoined_thread() {
    impatient().isolated(|| assert!(unjoined_thread::buggy().is_ok()));
}

#[test]
fn mended_unjoined_thread() {
    no_leaks(|| assert!(unjoined_thread::mended().is_ok()));
}

#[test]
#[should_panic(expected = " `cat`, has ended and was never waited for")]
fn finds_zombie_child() {
    // It has closed its output, and is about to end.
    let check = LeakCheck::default().patience(Duration::from_millis(500));
    check.isolated(|| assert!(zombie_child::buggy("").is_err()));
}

#[test]
fn mended_zombie_child() {
    no_leaks(|| {
        assert!(zombie_child::mended("").is_err());
        assert_eq!(zombie_child::mended("hello").ok().as_deref(), Some("hello"));
    });
}

#[test]
fn finds_cancelled_exit() {
    let text = "`session` was never closed";
    finds(check_async(cancelled_exit::buggy), "cancel=2", text);
}

#[test]
fn mended_cancelled_exit() {
    finds_nothing(check_async(cancelled_exit::mended));
}

#[test]
fn finds_cancelled_enter() {
    let text = "`lease` was never closed";
    finds(check_async(cancelled_enter::buggy), "cancel=2", text);
}

#[test]
fn mended_cancelled_enter() {
    finds_nothing(check_async(cancelled_enter::mended));
}

#[test]
fn finds_detached_task() {
    let text = "`subscription` was still open";
    finds(check_async(detached_task::buggy), "", text);
}

#[test]
fn mended_detached_task() {
    finds_nothing(check_async(detached_task::mended));
}

/// Calls a scenario with a directory that is to be empty after each run.
fn check_files(
    mut scenario: impl FnMut(&Path, &Faults) -> io::Result<()>,
) -> Result<Summary, Report> {
    let dir = tempfile::tempdir().expect("a directory");
    let leaks = LeakCheck::new().files_in(dir.path());
    let exhaust = Exhaust::new().leaks(leaks.patience(Duration::ZERO));
    exhaust.check(|faults| scenario(dir.path(), faults))
}

#[test]
fn finds_temp_file_left() {
    let target = tempfile::tempdir().expect("a directory");
    let target = target.path().join("download");
    let found = check_files(|cache, faults| temp_file_left::buggy(cache, &target, faults));
    finds(found, "download#1=error", "/download.part");
}

#[test]
fn mended_temp_file_left() {
    let target = tempfile::tempdir().expect("a directory");
    let target = target.path().join("download");
    let found = check_files(|cache, faults| temp_file_left::mended(cache, &target, faults));
    finds_nothing(found);
}

#[test]
fn finds_lock_file_left() {
    finds(
        check_files(lock_file_left::buggy),
        "serve#1=panic",
        "/server.pid",
    );
}

#[test]
fn mended_lock_file_left() {
    finds_nothing(check_files(lock_file_left::mended));
}

/// Calls a scenario with a database, in which there is to be all of it or nothing.
fn check_database<R: Ended>(
    mut scenario: impl FnMut(&Connection, &Faults) -> R,
) -> Result<Summary, Report> {
    let database = RefCell::new(commit_on_error::table().expect("a table"));
    let all_or_nothing = |ran: &Ran| {
        let used = database.replace(commit_on_error::table().expect("a table"));
        assert_eq!(commit_on_error::rows(&used), Ok(expected_rows(ran)));
    };
    let exhaust = Exhaust::new().after_each(all_or_nothing);
    exhaust.check(|faults| scenario(&database.borrow(), faults))
}

fn expected_rows(ran: &Ran) -> i64 {
    match ran.outcome() {
        Outcome::Completed => 2,
        _ => 0,
    }
}

#[test]
fn finds_commit_on_error() {
    let text = "`after_each` panicked: assertion `left == right` failed\n";
    finds(
        check_database(commit_on_error::buggy),
        "transfer#1=error",
        text,
    );
}

#[test]
fn mended_commit_on_error() {
    finds_nothing(check_database(commit_on_error::mended));
}

const PATHS: [&str; 3] = ["/Index.html", "/index.html", "/about.html"];

#[test]
#[should_panic(expected = "1 leak\n  3 blocks of 11 bytes: 33 bytes of memory")]
fn finds_leaked_allocation() {
    let check = LeakCheck::new().allocations();
    assert_eq!(check.in_place(|| leaked_allocation::buggy(&PATHS)), 2);
}

#[test]
fn mended_leaked_allocation() {
    let check = LeakCheck::new().allocations();
    assert_eq!(check.in_place(|| leaked_allocation::mended(&PATHS)), 2);
}

#[test]
#[should_panic(expected = "/scratch")]
fn finds_relative_path() {
    no_leaks(|| assert!(relative_path::buggy().is_ok()));
}

#[test]
fn mended_relative_path() {
    no_leaks(|| assert!(relative_path::mended().is_ok()));
}

#[test]
#[should_panic(expected = "before the closure returned: exit status: 2")]
fn finds_exit_without_cleanup() {
    no_leaks(|| assert_eq!(exit_without_cleanup::buggy(), ExitCode::from(2)));
}

#[test]
fn mended_exit_without_cleanup() {
    no_leaks(|| assert_eq!(exit_without_cleanup::mended(), ExitCode::from(2)));
}

/// All that is mended, side by side, in this very program: no false alarm.
#[test]
fn no_false_alarm() {
    let runs = env::var(RUNS).map_or(3, |runs| runs.parse().expect("a number of runs"));
    let program = env::current_exe().expect("the tests");
    for run in 1..=runs {
        let mut mended = Command::new(&program);
        let mended = mended.args(["mended_", "--test-threads=8"]).output();
        let mended = mended.expect("the tests");
        let said = String::from_utf8_lossy(&mended.stdout);
        let all_well = mended.status.success() && !said.contains("running 0 tests");
        assert!(all_well, "in run {run} of {runs}:\n{said}");
        println!("{run} of {runs}");
    }
}
