//! The examples, run as their users run them.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// What a run has left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Where an example is, of which a test has one.
pub(crate) fn path(name: &str) -> &'static Path {
    static EXAMPLE: OnceLock<PathBuf> = OnceLock::new();
    EXAMPLE.get_or_init(|| built(name))
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

/// The example, built as this test was built.
fn built(name: &str) -> PathBuf {
    // <target>/<profile>/deps/<test>-<hash>
    let this = env::current_exe().expect("a path of this test");
    let [profile, target] = [2, 3].map(|up| this.ancestors().nth(up).expect("a target dir"));
    build(name, target, profile.file_name().expect("a profile"));
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    profile.join("examples").join(file)
}

fn build(name: &str, target: &Path, profile: &OsStr) {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let profile = if profile == "debug" {
        OsStr::new("dev")
    } else {
        profile
    };
    let built = Command::new(cargo)
        // As the tests of the workspace are, so that it is there already when all of them run.
        .args(["build", "--quiet", "--workspace", "--example", name])
        .args(["--manifest-path", manifest, "--profile"])
        .arg(profile)
        .arg("--target-dir")
        .arg(target)
        .status();
    assert!(built.expect("cargo runs").success(), "{name} is built");
}
