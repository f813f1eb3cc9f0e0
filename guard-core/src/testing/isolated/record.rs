use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::string::String;
use std::vec::Vec;

/// What a process says of itself, a line each, in a file that outlives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Record {
    /// The closure is called.
    Reached,
    /// What is in progress.
    Note(String),
    Returned,
    Panicked(String),
}

impl Record {
    fn line(&self) -> String {
        let (kind, text) = match self {
            Record::Reached => ("reached", ""),
            Record::Note(text) => ("note", text.as_str()),
            Record::Returned => ("returned", ""),
            Record::Panicked(text) => ("panicked", text.as_str()),
        };
        let mut line = String::from(kind);
        line.push(' ');
        escape(text, &mut line);
        line.push('\n');
        line
    }

    fn parse(line: &str) -> Option<Self> {
        let (kind, text) = line.split_once(' ')?;
        match kind {
            "reached" => Some(Record::Reached),
            "note" => Some(Record::Note(unescaped(text))),
            "returned" => Some(Record::Returned),
            "panicked" => Some(Record::Panicked(unescaped(text))),
            _ => None,
        }
    }
}

fn escape(text: &str, line: &mut String) {
    for c in text.chars() {
        match c {
            '\\' => line.push_str("\\\\"),
            '\n' => line.push_str("\\n"),
            c => line.push(c),
        }
    }
}

fn unescaped(text: &str) -> String {
    let mut chars = text.chars();
    let mut plain = String::new();
    while let Some(c) = chars.next() {
        plain.push(match c {
            '\\' if chars.next() == Some('n') => '\n',
            c => c,
        });
    }
    plain
}

/// The file, as its writer has it. Each record is one write, so that what was said is there when
/// the process dies.
#[derive(Debug)]
pub(super) struct Writer(File);

impl Writer {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::options().append(true).create(true).open(path)?;
        Ok(Writer(file))
    }

    pub(super) fn write(&self, record: &Record) {
        // A process that cannot write it will be said to have died.
        let _ = (&self.0).write_all(record.line().as_bytes());
    }
}

/// Reads what there is.
pub(super) fn read(path: &Path) -> Vec<Record> {
    text(path).lines().filter_map(Record::parse).collect()
}

/// A file's text, or nothing when there is no such file.
pub(super) fn text(path: &Path) -> String {
    fs::read(path).map_or_else(
        |_| String::new(),
        |bytes| String::from_utf8_lossy(&bytes).into_owned(),
    )
}

/// The last lines of a text, each indented, without those of backtraces.
// Input:  oh no
//         stack backtrace:
//            0: core::panicking::panic_fmt
//                  at library/core/src/panicking.rs:80:14
// Output:     oh no
pub(super) fn last_lines(text: &str, count: usize) -> String {
    let is_frame = |line: &&str| {
        let (number, rest) = line.trim_start().split_once(": ").unwrap_or_default();
        let numbered = !rest.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        numbered || line.trim_start().starts_with("at ") || line.trim() == "stack backtrace:"
    };
    let lines = text.trim_end().lines().filter(|line| !is_frame(line));
    let lines: Vec<&str> = lines.collect();
    let mut last = String::new();
    for line in &lines[lines.len().saturating_sub(count)..] {
        let _ = write!(last, "\n    {line}");
    }
    last
}
