//! A catalogue of bugs in cleanup: each one as a small program in which the kit finds it, and mended,
//! where nothing is found. What a bug is, where it is met and how it is found is written in its file.
#![cfg(target_os = "linux")]

/// One file for each bug.
mod catalogue {
    pub(crate) mod double_close;
    pub(crate) mod early_return;
    pub(crate) mod field_order;
    pub(crate) mod let_underscore;
    pub(crate) mod lost_body_error;
    pub(crate) mod panic_in_drop;
    pub(crate) mod partly_opened;
    pub(crate) mod reference_cycle;
    pub(crate) mod retry_reopens;
    pub(crate) mod stops_closing;
    pub(crate) mod success_path_only;
    pub(crate) mod swallowed_error;
    pub(crate) mod use_after_close;
}

use std::time::Duration;

use catalogue::{
    double_close, early_return, field_order, let_underscore, lost_body_error, panic_in_drop,
    partly_opened, reference_cycle, retry_reopens, stops_closing, success_path_only,
    swallowed_error, use_after_close,
};
use guard_core::testing::{
    Ended, Exhaust, Faults, LeakCheck, Report, ResourceTracker, Summary, no_leaks,
};

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
#[should_panic(expected = "(SIGABRT)")]
fn finds_panic_in_drop() {
    Exhaust::new().run(panic_in_drop::buggy);
}

#[test]
fn mended_panic_in_drop() {
    Exhaust::new().run(panic_in_drop::mended);
}

#[test]
#[should_panic(expected = "✗ `connection` was closed before `channel`")]
fn finds_field_order() {
    let tracker = ResourceTracker::new();
    field_order::buggy(&tracker);
    tracker.assert_lifo();
}

#[test]
fn mended_field_order() {
    let tracker = ResourceTracker::new();
    field_order::mended(&tracker);
    tracker.assert_lifo();
}

#[test]
fn finds_double_close() {
    finds(check(double_close::buggy), "", "`descriptor` was closed twice: at");
}

#[test]
fn mended_double_close() {
    finds_nothing(check(double_close::mended));
}

#[test]
#[should_panic(expected = "`database` was used at tests/tests/catalogue/use_after_close.rs")]
fn finds_use_after_close() {
    let tracker = ResourceTracker::new();
    use_after_close::buggy::query(&tracker);
    tracker.assert_balanced();
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
#[should_panic(expected = "`session` was used twice, first at")]
fn finds_let_underscore() {
    let tracker = ResourceTracker::new();
    assert!(let_underscore::buggy(&tracker).is_break());
    tracker.assert_balanced();
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
