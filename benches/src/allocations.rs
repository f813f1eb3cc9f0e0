//! Allocations, counted by a program of their own.

use std::collections::BTreeMap;
use std::io;
use std::process::{Command, Stdio};

/// Allocations of one round, by the name of the function.
pub type Allocations = BTreeMap<String, f64>;

/// Builds and runs the program that counts.
///
/// # Errors
///
/// When it cannot be built or run, or prints something else than it should.
pub fn count() -> io::Result<Allocations> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["run", "--quiet", "--release", "--bin", "allocations"])
        .arg("--manifest-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| io::Error::other(format!("cargo cannot be started: {error}")))?;
    let told = String::from_utf8_lossy(&output.stdout);
    let counts: Option<_> = told.lines().map(line).collect();
    counts
        .filter(|_| output.status.success())
        .ok_or_else(|| io::Error::other("the program that counts allocations has failed"))
}

// Input:  guard_benches::cases::guards::number::boxed	1	8
// Output: ("guard_benches::cases::guards::number::boxed", 1.0)
fn line(line: &str) -> Option<(String, f64)> {
    let mut fields = line.split('\t');
    let name = fields.next()?.to_owned();
    let allocations = fields.next()?.parse().ok()?;
    Some((name, allocations))
}
