//! Guards that `#[within]` makes a fixture of a context, whatever makes a test of the function, and
//! in every order of the attributes in which that can be.
//!
//! The tests of the first part say nothing about themselves: [`a_fixture_knows_how_its_test_ended`]
//! runs each of them in a process of its own, and reads what its fixture printed.

mod support;

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
}

/// What a test printed, as far as it is of interest.
fn printed(name: &str) -> Vec<String> {
    let output = child::run(name);
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
