//! Guards that `#[within]` makes a fixture of a context, whatever makes a test of the function, and
//! in every order of the attributes in which that can be.
//!
//! | | `#[within]` above | `#[within]` below | in between |
//! |---|---|---|---|
//! | `#[test]` | around the test | the same | |
//! | `#[test]`, `#[should_panic]` | around the test | the same | the same |
//! | `#[tokio::test]` | in the runtime, sync or async | around the runtime, not async | |
//! | `#[rstest]` | around the test alone, with its arguments | around fixtures too, with neither | the same, for the `#[case]` below it alone |
//! | `#[rstest]`, `#[tokio::test]` | in the runtime, with the arguments | around the runtime, with neither | in the runtime, with neither |
//! | `#[fixture]` | around the making of the value | | |
//! | `proptest!` | | around all cases | |
//!
//! What is refused of it is in `ui-tests/fail/within`.
//!
//! The tests of the first part say nothing about themselves: [`a_fixture_knows_how_its_test_ended`]
//! runs each of them in a process of its own, and reads what its fixture printed.

mod support;

use std::path::Path;
use std::process::Output;
use std::{fs, io};

use guard_core::testing::{TempDir, temp_dir};
use guard_core::{context_manager, within, yield_point};
use proptest::prelude::*;
use rstest::{fixture, rstest};
use support::child;

/// Prints what its test, and the runtime around it, is to it.
#[context_manager]
fn temporary(name: &str) -> String {
    let inside = tokio::runtime::Handle::try_current().is_ok();
    println!("\nenter {name}{}", if inside { " in tokio" } else { "" });
    let exit = yield_point!(name.to_uppercase());
    println!("exit {name} {exit:?}");
}

/// As [`temporary`], but can fail.
#[context_manager]
fn database(name: &str) -> Result<String, String> {
    println!("\nenter {name}");
    let exit = yield_point!(name.to_uppercase());
    println!("exit {name} {exit:?}");
    Ok(())
}

/// Fails where the failure is looked for.
fn panics() {
    assert!(!child::is_child(), "as it should");
}

fn fails() -> Result<(), String> {
    if child::is_child() {
        Err("no".to_owned())
    } else {
        Ok(())
    }
}

#[within(v = temporary("a"))]
#[test]
fn above_test() {
    println!("body {v}");
}

#[test]
#[within(v = temporary("a"))]
fn below_test() {
    println!("body {v}");
}

#[test]
#[within(db = database("a")?)]
fn failing() -> Result<(), String> {
    println!("body {db}");
    fails()
}

#[within(temporary("a"))]
#[test]
fn panicking() {
    panics();
}

#[within(v = temporary("a"))]
#[tokio::test]
async fn above_tokio() {
    tokio::task::yield_now().await;
    println!("body {v}");
}

#[tokio::test]
#[within(v = temporary("a"))]
async fn below_tokio() {
    tokio::task::yield_now().await;
    println!("body {v}");
}

#[within(db = database("a")?)]
#[tokio::test]
async fn failing_above_tokio() -> Result<(), String> {
    tokio::task::yield_now().await;
    println!("body {db}");
    fails()
}

#[tokio::test]
#[within(temporary("a"))]
async fn panicking_below_tokio() {
    tokio::task::yield_now().await;
    panics();
}

#[fixture]
fn number() -> u8 {
    println!("\nnumber");
    5
}

#[within(v = temporary(text))]
#[rstest]
#[case("a")]
#[case("b")]
fn above_rstest(#[case] text: &str, number: u8) {
    println!("body {text} {number} {v}");
}

#[rstest]
#[case("a")]
#[case("b")]
#[within(temporary("x"))]
fn below_rstest(#[case] text: &str, number: u8) {
    println!("body {text} {number}");
}

#[within(v = temporary(text))]
#[rstest]
#[case("a")]
#[tokio::test]
async fn above_rstest_and_tokio(#[case] text: &str) {
    tokio::task::yield_now().await;
    println!("body {v}");
}

#[rstest]
#[within(temporary("x"))]
#[case("a")]
#[case("b")]
fn between_rstest_and_cases(#[case] text: &str, number: u8) {
    println!("body {text} {number}");
}

#[rstest]
#[within(inner = temporary("x"), temporary(&inner.to_lowercase()))]
#[case("a")]
fn two_below_rstest(#[case] text: &str) {
    println!("body {text}");
}

#[within(v = temporary(&n.to_string()))]
#[rstest]
fn above_values(#[values(1, 2)] n: u8) {
    println!("body {n} {v}");
}

#[rstest]
#[case("a")]
#[within(temporary("x"))]
#[tokio::test]
async fn between_rstest_and_tokio(#[case] text: &str, number: u8) {
    tokio::task::yield_now().await;
    println!("body {text} {number}");
}

#[rstest]
#[case("a")]
#[tokio::test]
#[within(temporary("x"))]
async fn below_rstest_and_tokio(#[case] text: &str, number: u8) {
    tokio::task::yield_now().await;
    println!("body {text} {number}");
}

#[within(v = temporary("f"))]
#[fixture]
fn made_within() -> String {
    println!("body making {v}");
    "made".to_owned()
}

#[rstest]
fn with_a_fixture_within(made_within: String) {
    println!("body {made_within}");
}

#[test]
#[within(temporary("a"))]
#[should_panic(expected = "as it should")]
fn below_should_panic() {
    panic!("as it should");
}

#[should_panic(expected = "as it should")]
#[within(temporary("a"))]
#[test]
fn between_should_panic_and_test() {
    panic!("as it should");
}

/// As [`database`], but has to be awaited.
#[context_manager]
async fn server(name: &str) -> Result<String, String> {
    println!("\nenter {name}");
    tokio::task::yield_now().await;
    let exit = yield_point!(name.to_uppercase());
    tokio::task::yield_now().await;
    println!("exit {name} {exit:?}");
    Ok(())
}

#[within(v = server("a")?)]
#[tokio::test]
async fn awaited() -> Result<(), String> {
    println!("body {v}");
    Ok(())
}

#[within(server("a")?, v = temporary("b"))]
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn awaited_failing() -> Result<(), String> {
    tokio::task::yield_now().await;
    println!("body {v}");
    fails()
}

#[within(server("a")?)]
#[tokio::test]
async fn awaited_panicking() -> Result<(), String> {
    tokio::task::yield_now().await;
    panics();
    Ok(())
}

#[within(v = server(text)?)]
#[rstest]
#[case("a")]
#[tokio::test]
async fn awaited_in_a_case(#[case] text: &str) -> Result<(), String> {
    println!("body {text} {v}");
    fails()
}

/// How a test that keeps its directory is to end: `passes`, `fails` or `panics`.
const END: &str = "GUARD_TESTS_END";

fn end(dir: &TempDir) -> io::Result<()> {
    println!("\nbody {}", dir.path().display());
    fs::write(dir.join("file"), "text")?;
    match std::env::var(END).as_deref() {
        Ok("fails") => Err(io::Error::other("as it should")),
        Ok("panics") => panic!("as it should"),
        _ => Ok(()),
    }
}

#[within(dir = temp_dir().keep_on_failure()?)]
#[test]
fn kept_by_test() -> io::Result<()> {
    end(dir)
}

#[within(dir = temp_dir().keep_on_failure()?)]
#[tokio::test]
async fn kept_by_tokio() -> io::Result<()> {
    tokio::task::yield_now().await;
    end(dir)
}

#[within(dir = temp_dir().keep_on_failure().prefix(name)?)]
#[rstest]
#[case("guard-")]
fn kept_by_rstest(#[case] name: &str) -> io::Result<()> {
    end(dir)
}

#[within(dir = temp_dir().keep_on_failure()?)]
fn kept_case(n: u8) -> Result<(), TestCaseError> {
    prop_assert_eq!(n, 0);
    Ok(end(dir)?)
}

/// The test itself: a fresh context for each of its cases.
#[within(v = temporary("a"))]
fn a_case(n: u8) -> Result<(), TestCaseError> {
    println!("body {v}");
    prop_assert!(!child::is_child() || n > 9, "as it should");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    #[within(v = temporary("a"))]
    fn around_all_cases(n in 0..1_u8) {
        println!("body {v} {n}");
    }

    #[within(v = temporary("a"))]
    #[test]
    fn around_all_cases_from_above(n in 0..1_u8) {
        println!("body {v} {n}");
    }

    #[test]
    fn around_each_case(n in 0..1_u8) {
        a_case(n)?;
    }

    #[test]
    fn kept_by_proptest(n in 0..1_u8) {
        kept_case(n)?;
    }
}

/// What a test printed, as far as it is of interest.
fn printed(name: &str) -> Vec<String> {
    lines(child::run(name))
}

fn lines(output: Output) -> Vec<String> {
    let text = String::from_utf8(output.stdout).expect("the output is text");
    let words = ["number", "enter ", "body ", "exit "];
    let lines = text.lines();
    lines
        .filter(|line| words.iter().any(|word| line.starts_with(word)))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_fixture_knows_how_its_test_ended() {
    let plain = ["enter a", "body A", "exit a Completed"];
    assert_eq!(printed("above_test"), plain);
    assert_eq!(printed("below_test"), plain);
    assert_eq!(
        printed("failing"),
        ["enter a", "body A", "exit a Failed(\"no\")"]
    );
    assert_eq!(printed("panicking"), ["enter a", "exit a Panicked"]);
}

#[test]
fn above_tokio_the_fixture_is_inside_of_the_runtime() {
    assert_eq!(
        printed("above_tokio"),
        ["enter a in tokio", "body A", "exit a Completed"]
    );
    assert_eq!(
        printed("below_tokio"),
        ["enter a", "body A", "exit a Completed"]
    );
    assert_eq!(
        printed("failing_above_tokio"),
        ["enter a", "body A", "exit a Failed(\"no\")"]
    );
    assert_eq!(
        printed("panicking_below_tokio"),
        ["enter a", "exit a Panicked"]
    );
}

#[test]
fn above_rstest_the_fixture_knows_the_case() {
    assert_eq!(
        printed("above_rstest::case_2"),
        ["number", "enter b", "body b 5 B", "exit b Completed"]
    );
    assert_eq!(
        printed("below_rstest::case_1"),
        ["enter x", "number", "body a 5", "exit x Completed"]
    );
    assert_eq!(
        printed("above_rstest_and_tokio::case_1"),
        ["enter a in tokio", "body A", "exit a Completed"]
    );
}

#[test]
fn in_proptest_the_fixture_is_around_all_cases() {
    let around = ["enter a", "body A 0", "exit a Completed"];
    assert_eq!(printed("around_all_cases"), around);
    assert_eq!(printed("around_all_cases_from_above"), around);
    let each = printed("around_each_case");
    assert!(each[2].starts_with("exit a Failed(Fail("), "{each:?}");
}

#[test]
fn below_rstest_the_fixture_is_around_whatever_it_makes() {
    assert_eq!(
        printed("below_rstest::case_2"),
        ["enter x", "number", "body b 5", "exit x Completed"]
    );
    // What stands above a case is that case's.
    assert_eq!(
        printed("between_rstest_and_cases::case_1"),
        ["enter x", "number", "body a 5", "exit x Completed"]
    );
    assert_eq!(
        printed("between_rstest_and_cases::case_2"),
        ["number", "body b 5"]
    );
    assert_eq!(
        printed("two_below_rstest::case_1"),
        [
            "enter x",
            "enter x",
            "body a",
            "exit x Completed",
            "exit x Completed"
        ]
    );
    assert_eq!(
        printed("between_rstest_and_tokio::case_1"),
        ["enter x in tokio", "number", "body a 5", "exit x Completed"]
    );
    assert_eq!(
        printed("below_rstest_and_tokio::case_1"),
        ["enter x", "number", "body a 5", "exit x Completed"]
    );
    assert_eq!(
        printed("above_values::n_2_2"),
        ["enter 2", "body 2 2", "exit 2 Completed"]
    );
}

#[test]
fn on_a_fixture_of_rstest_it_is_around_the_making() {
    assert_eq!(
        printed("with_a_fixture_within"),
        ["enter f", "body making F", "exit f Completed", "body made"]
    );
}

#[test]
fn a_panic_that_is_expected_is_a_panic() {
    for name in ["below_should_panic", "between_should_panic_and_test"] {
        assert_eq!(printed(name), ["enter a", "exit a Panicked"]);
    }
}

#[test]
fn an_async_fixture_knows_how_its_test_ended() {
    assert_eq!(
        printed("awaited"),
        ["enter a", "body A", "exit a Completed"]
    );
    assert_eq!(
        printed("awaited_failing"),
        [
            "enter a",
            "enter b in tokio",
            "body B",
            "exit b Failed(\"no\")",
            "exit a Failed(\"no\")"
        ]
    );
    assert_eq!(printed("awaited_panicking"), ["enter a", "exit a Panicked"]);
    assert_eq!(
        printed("awaited_in_a_case::case_1"),
        ["enter a", "body a A", "exit a Failed(\"no\")"]
    );
}

#[test]
fn a_failing_test_keeps_its_directory_and_says_where() {
    let tests = [
        "kept_by_test",
        "kept_by_tokio",
        "kept_by_rstest::case_1",
        "kept_by_proptest",
    ];
    for test in tests {
        for end in ["passes", "fails", "panics"] {
            let output = child::run_with(test, END, end);
            let failed = end != "passes";
            assert_eq!(output.status.success(), !failed, "{test} {end}");
            let said = child::stderr(&output);
            // A property that has failed is tried again.
            for body in lines(output) {
                let dir = body.strip_prefix("body ").expect("nothing else is printed");
                let line = format!("the temporary directory is kept: {dir}\n");
                assert_eq!(
                    said.matches(&line).count(),
                    usize::from(failed),
                    "{test} {end}: {said}"
                );
                assert_eq!(Path::new(dir).join("file").exists(), failed, "{test} {end}");
                if failed {
                    fs::remove_dir_all(dir).expect("it is ours to remove");
                }
            }
        }
    }
}
