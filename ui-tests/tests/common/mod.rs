//! Where the cases are, and on which compiler they mean something.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The one compiler whose words are expected. Others phrase things differently.
const COMPILER: &str = "rustc 1.95.";

/// The families whose every case has a mended twin, and a place on the page, in its order.
pub(crate) const MENDED: [&str; 9] = [
    "item",
    "argument",
    "signature",
    "yield-point",
    "use",
    "types",
    "stack",
    "within",
    "async",
];

/// Says why not, if not.
pub(crate) fn words_are_those_expected(what: &str) -> bool {
    let compiler = compiler();
    let expected = compiler.starts_with(COMPILER);
    if !expected {
        // Not with `eprintln!`, which a passing test keeps to itself.
        let _ = writeln!(
            io::stderr(),
            "skipped: {what} has the words of `{COMPILER}x`, this is `{compiler}`"
        );
    }
    expected
}

fn compiler() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("rustc runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A file or a folder of this crate.
pub(crate) fn here(path: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What is in a folder of this crate, in order.
pub(crate) fn entries(dir: impl AsRef<Path>) -> BTreeSet<PathBuf> {
    let dir = here(dir);
    let entries = fs::read_dir(&dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    entries
        .map(|entry| entry.expect("an entry").path())
        .collect()
}

/// The files in a folder of this crate that have that extension, without it.
pub(crate) fn names(dir: impl AsRef<Path>, extension: &str) -> BTreeSet<String> {
    let files = entries(dir).into_iter();
    files
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect()
}
