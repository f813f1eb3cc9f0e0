//! What the compiler says: `fail/<family>/<mistake>.rs` gives the words next to it.
//! `mended/<family>/<mistake>.rs`, the same with the mistake mended, and `pass/` are tests of their own.
//!
//! To make the expectations anew, and then to read every one of them:
//! `TRYBUILD=overwrite cargo test -p guard-ui-tests`

mod common;

use std::fs;

use common::{MENDED, entries, here, names, words_are_those_expected};

#[test]
fn fail() {
    if words_are_those_expected("`fail/`") {
        trybuild::TestCases::new().compile_fail("fail/*/*.rs");
    }
}

/// An expectation whose case was renamed away would never be looked at again, and a case without
/// an expectation passes for nothing.
#[test]
fn every_case_has_its_expectation() {
    for family in entries("fail") {
        let cases = names(&family, "rs");
        assert!(!cases.is_empty());
        assert_eq!(cases, names(&family, "stderr"));
        assert_eq!(entries(family).len(), 2 * cases.len(), "other files");
    }
}

#[test]
fn every_case_has_its_mended_twin() {
    let families = entries("mended");
    assert_eq!(
        families,
        MENDED.map(|family| here("mended").join(family)).into()
    );
    for family in MENDED {
        let cases = names(format!("fail/{family}"), "rs");
        assert_eq!(cases, names(format!("mended/{family}"), "rs"));
    }
}

/// A case that is not named in the manifest is neither compiled nor run.
#[test]
fn every_case_that_passes_is_a_test() {
    let manifest = fs::read_to_string(here("pass/Cargo.toml")).expect("a manifest");
    for case in names("pass", "rs") {
        let path = format!("path = \"{case}.rs\"\nharness = false\n");
        assert!(manifest.contains(&path), "{case} is not named");
    }
}

/// A mended case that gives a warning is not mended.
#[test]
fn mended_cases_deny_warnings() {
    for case in entries("mended").into_iter().flat_map(entries) {
        let text = fs::read_to_string(&case).expect("a case");
        assert!(
            text.starts_with("#![deny(warnings)]\n"),
            "{}",
            case.display()
        );
    }
}
