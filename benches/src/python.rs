//! What `CPython` takes for the same work, to know.

use std::process::Command;

use crate::row::Row;
use crate::wall::Times;

/// What the script times, and which function of ours does the same.
const SAME: [(&str, &str); 5] = [
    ("with, a class", "guards::number::with"),
    ("with, @contextmanager", "guards::number::with"),
    ("ExitStack, a callback of 10", "stacks::word<10>"),
    ("ExitStack, a callback of 1,000", "stacks::word<1000>"),
    ("ExitStack, a context of 1,000", "stacks::entered<1000>"),
];

/// Times `CPython`, if there is one, beside what ours has taken.
#[must_use]
pub fn rows(ours: &Times) -> Vec<Row> {
    let Some((version, theirs)) = time() else {
        return Vec::new();
    };
    let row = |(what, theirs): (String, f64)| {
        let (_, function) = SAME.iter().find(|(name, _)| *name == what)?;
        Some(Row {
            section: "CPython",
            what,
            against: version.clone(),
            unit: "ns",
            ours: *ours.get(&format!("guard_benches::cases::{function}"))?,
            theirs,
            bar: None,
            beside: Vec::new(),
        })
    };
    theirs.into_iter().filter_map(row).collect()
}

/// The version, and the nanoseconds of everything.
fn time() -> Option<(String, Vec<(String, f64)>)> {
    let script = include_str!("python.py");
    let output = Command::new("python3").args(["-c", script]).output().ok()?;
    let told = String::from_utf8(output.stdout).ok()?;
    let (version, times) = told.split_once('\n')?;
    Some((version.to_owned(), times.lines().filter_map(line).collect()))
}

// Input:  with a class	123.4
// Output: ("with a class", 123.4)
fn line(line: &str) -> Option<(String, f64)> {
    let (what, nanoseconds) = line.split_once('\t')?;
    Some((what.to_owned(), nanoseconds.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{SAME, line};
    use crate::cases;

    #[test]
    fn what_is_compared_is_there() {
        let script = include_str!("python.py");
        for (theirs, ours) in SAME {
            assert!(script.contains(theirs), "the script does not time {theirs}");
            let ours = format!("guard_benches::cases::{ours}");
            assert!(cases::find(&ours).is_some(), "there is no {ours}");
        }
    }

    #[test]
    fn a_line_is_a_name_and_a_time() {
        assert_eq!(
            line("with a class\t12.5"),
            Some(("with a class".to_owned(), 12.5))
        );
        assert_eq!(line("Traceback (most recent call last):"), None);
    }
}
