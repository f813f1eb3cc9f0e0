//! Allocations, counted by a program of their own.

use std::collections::BTreeMap;
use std::io;
use std::process::{Command, Stdio};

/// What one round of each function allocates, by its name.
#[derive(Debug, Default)]
pub struct Allocations {
    /// How often.
    pub counts: BTreeMap<String, f64>,
    /// How much.
    pub bytes: BTreeMap<String, f64>,
}

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
    let lines: Option<Vec<_>> = told.lines().map(line).collect();
    let lines = lines
        .filter(|_| output.status.success())
        .ok_or_else(|| io::Error::other("the program that counts allocations has failed"))?;
    let mut allocations = Allocations::default();
    for (name, count, bytes) in lines {
        allocations.counts.insert(name.clone(), count);
        allocations.bytes.insert(name, bytes);
    }
    Ok(allocations)
}

// Input:  guard_benches::cases::guards::number::boxed	1	8
// Output: ("guard_benches::cases::guards::number::boxed", 1.0, 8.0)
fn line(line: &str) -> Option<(String, f64, f64)> {
    let mut fields = line.split('\t');
    let name = fields.next()?.to_owned();
    let count = fields.next()?.parse().ok()?;
    let bytes = fields.next()?.parse().ok()?;
    Some((name, count, bytes))
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_line_has_a_name_and_two_figures() {
        assert_eq!(line("boxed\t1\t8"), Some(("boxed".to_owned(), 1.0, 8.0)));
        assert_eq!(line("boxed\t1"), None);
    }
}
