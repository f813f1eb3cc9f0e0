//! Tests that need a process of their own: what they print, or that they abort.

use std::env;
use std::process::{Command, Output};

const CHILD: &str = "GUARD_TESTS_CHILD";

/// Whether this process was started by [`run`]. A test whose point is a child does nothing unless.
pub(crate) fn is_child() -> bool {
    env::var_os(CHILD).is_some()
}

/// Runs the test `name` of this very file in a process of its own.
pub(crate) fn run(name: &str) -> Output {
    run_with(name, &[])
}

/// As [`run`], with more variables in its environment.
pub(crate) fn run_with(name: &str, variables: &[(&str, &str)]) -> Output {
    output(&["--nocapture", name], variables)
}

/// As [`run`], with what the test prints captured by the harness.
pub(crate) fn run_captured(name: &str) -> Output {
    output(&[name], &[])
}

fn output(args: &[&str], variables: &[(&str, &str)]) -> Output {
    let output = Command::new(env::current_exe().expect("the path of the test"))
        .args(args)
        .args(["--exact", "--test-threads=1"])
        .env(CHILD, "1")
        .env("RUST_BACKTRACE", "0")
        .envs(variables.iter().copied())
        .output()
        .expect("the test runs again");
    let found = String::from_utf8_lossy(&output.stdout).contains("running 1 test");
    assert!(found, "there is no test of that name: {args:?}");
    output
}

/// What a child printed to standard error.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("the messages are text")
}

/// Whether the process came to its end without a status of its own.
pub(crate) fn aborted(output: &Output) -> bool {
    // A signal on Unix; another code than the 101 of a failed test elsewhere.
    !matches!(output.status.code(), Some(0 | 101))
}
