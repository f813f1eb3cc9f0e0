//! The examples, run as their users run them.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// What a run has left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Where an example is. It is built when it is first asked for.
pub(crate) fn path(name: &str) -> PathBuf {
    static EXAMPLES: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());
    let mut examples = EXAMPLES.lock().unwrap_or_else(PoisonError::into_inner);
    let example = examples.entry(name.to_owned());
    example.or_insert_with(|| built(name)).clone()
}

/// The command that runs it.
pub(crate) fn command(name: &str, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut command = Command::new(path(name));
    command.args(args).stdin(Stdio::null());
    command
}

pub(crate) fn ran(mut command: Command) -> Ran {
    let output = command.output().expect("the example runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Ran {
        status: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// The command that runs the tests that are in it.
pub(crate) fn test_command(name: &str) -> Command {
    cargo("test", name)
}

/// The example, built as this test was built.
fn built(name: &str) -> PathBuf {
    let built = cargo("build", name).arg("--quiet").status();
    assert!(built.expect("cargo runs").success(), "{name} is built");
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    profile().join("examples").join(file)
}

/// `<target>/<profile>`, where this test is as `deps/<test>-<hash>`.
fn profile() -> PathBuf {
    let this = env::current_exe().expect("a path of this test");
    let profile = this.ancestors().nth(2).expect("a target directory");
    profile.to_owned()
}

fn cargo(command: &str, name: &str) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let profile = profile();
    let profile_name = match profile.file_name() {
        Some(name) if name != "debug" => name,
        _ => OsStr::new("dev"),
    };
    let mut cargo = Command::new(program);
    cargo
        // As the tests of the workspace are, so that it is there already when all of them run.
        .args([command, "--workspace", "--example", name])
        .args(["--manifest-path", manifest, "--profile"])
        .arg(profile_name)
        .arg("--target-dir")
        .args(profile.parent())
        .stdin(Stdio::null());
    cargo
}
