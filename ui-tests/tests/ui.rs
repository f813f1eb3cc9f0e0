//! What the compiler says: `pass/` compiles and runs, `fail/<family>/<mistake>.rs` gives the words
//! next to it.
//!
//! To make the expectations anew, and then to read every one of them:
//! `TRYBUILD=overwrite cargo test -p guard-ui-tests`

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The one compiler whose words are expected. Others phrase things differently.
const COMPILER: &str = "rustc 1.95.";

#[test]
fn pass() {
    trybuild::TestCases::new().pass("pass/*.rs");
}

#[test]
fn fail() {
    let compiler = compiler();
    if !compiler.starts_with(COMPILER) {
        // Not with `eprintln!`, which a passing test keeps to itself.
        let _ = writeln!(
            io::stderr(),
            "skipped: the expectations in `fail/` are those of `{COMPILER}x`, this is `{compiler}`"
        );
        return;
    }
    trybuild::TestCases::new().compile_fail("fail/*/*.rs");
}

/// An expectation whose case was renamed away would never be looked at again, and a case without
/// an expectation passes for nothing.
#[test]
fn every_case_has_its_expectation() {
    let mut cases = Vec::new();
    let mut expectations = Vec::new();
    for family in entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fail")) {
        for path in entries(&family) {
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("rs") => cases.push(path.with_extension("")),
                Some("stderr") => expectations.push(path.with_extension("")),
                _ => panic!("`{}` is neither a case nor an expectation", path.display()),
            }
        }
    }
    assert!(!cases.is_empty());
    for case in &cases {
        assert!(
            expectations.contains(case),
            "`{}.rs` has no expectation",
            case.display()
        );
    }
    for expectation in &expectations {
        assert!(
            cases.contains(expectation),
            "`{}.stderr` has no case",
            expectation.display()
        );
    }
}

fn entries(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    entries
        .map(|entry| entry.expect("an entry").path())
        .collect()
}

fn compiler() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("rustc runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
