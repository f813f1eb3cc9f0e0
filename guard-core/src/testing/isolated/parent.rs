use std::borrow::ToOwned;
use std::env;
use std::format;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::string::String;
use std::thread;
use std::vec::Vec;
use std::{eprintln, println};

use tempfile::TempDir;

use super::child::ASSIGNMENT;
use super::record::{Record, Told};

/// How many lines of a process that has died are shown in the message.
const LAST_LINES: usize = 12;

/// The name of the test that this thread runs; none on the main thread, where nothing runs beside it.
#[track_caller]
pub(super) fn test_name() -> Option<String> {
    let thread = thread::current();
    match thread.name() {
        Some("main") => None,
        Some(name) => Some(name.to_owned()),
        None => panic!(
            "what is to have a process of its own is called on a thread that is not a test's\n\nhelp: call it on the thread of the test itself, around what starts threads or a runtime"
        ),
    }
}

/// Runs the test in a process of its own, where the `f` of this call is called.
#[track_caller]
pub(super) fn run(name: &str, call: usize) {
    let place = Place::new()
        .unwrap_or_else(|error| panic!("there is no place for a process of its own: {error}"));
    let output = place.command(name, call).output();
    let output = output
        .unwrap_or_else(|error| panic!("the test cannot be run in a process of its own: {error}"));
    let told = place.record().read();
    let told = told.unwrap_or_else(|error| {
        panic!("what the process of its own has said cannot be read: {error}")
    });
    if let Some(message) = verdict(name, &told, &output) {
        print(&output, &message);
        place.keep();
        panic!("{message}");
    }
}

/// What has gone wrong, if anything has.
fn verdict(name: &str, told: &Told, output: &Output) -> Option<String> {
    if told.done {
        // What comes after it comes here too.
        return None;
    }
    if let Some(message) = &told.panic {
        return Some(message.clone());
    }
    if !told.entered {
        return Some(format!(
            "the process of its own has not come to this call: it was started as the test `{name}` ({})\n{}",
            output.status,
            last_lines(output)
        ));
    }
    let during = told
        .note
        .as_ref()
        .map_or_else(String::new, |note| format!(" in {note}"));
    Some(format!(
        "the process of its own has died ({}){during}\n{}",
        output.status,
        last_lines(output)
    ))
}

fn last_lines(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<_> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let last = &lines[lines.len().saturating_sub(LAST_LINES)..];
    let quoted: Vec<_> = last.iter().map(|line| format!("  | {line}")).collect();
    quoted.join("\n")
}

/// Shows what the process has printed, without the message that follows.
fn print(output: &Output, message: &str) {
    let text = |bytes| String::from_utf8_lossy(bytes).replace(message, "(its message is below)");
    println!("{}", text(&output.stdout));
    eprintln!("{}", text(&output.stderr));
}

/// The files of a process of its own.
struct Place {
    dir: TempDir,
}

impl Place {
    fn new() -> io::Result<Self> {
        let dir = tempfile::Builder::new().prefix("isolated-").tempdir()?;
        fs::create_dir(dir.path().join("tmp"))?;
        Ok(Place { dir })
    }

    fn record(&self) -> Record {
        Record::at(self.dir.path().join("record"))
    }

    fn tmp(&self) -> std::path::PathBuf {
        self.dir.path().join("tmp")
    }

    fn command(&self, name: &str, call: usize) -> Command {
        let this = env::current_exe();
        let this =
            this.unwrap_or_else(|error| panic!("the path of this test is not known: {error}"));
        let mut command = Command::new(this);
        command
            .args([
                name,
                "--exact",
                "--nocapture",
                "--test-threads=1",
                "--include-ignored",
            ])
            .env(
                ASSIGNMENT,
                format!("{call}:{}", self.record().path().display()),
            )
            .stdin(Stdio::null());
        for variable in ["TMPDIR", "TMP", "TEMP"] {
            command.env(variable, self.tmp());
        }
        command
    }

    /// Keeps the temporary directory, if there is something in it.
    fn keep(self) {
        if is_empty(&self.tmp()) {
            return;
        }
        eprintln!("left for you to look at: {}", self.tmp().display());
        let _kept = self.dir.keep();
    }
}

fn is_empty(dir: &Path) -> bool {
    fs::read_dir(dir).map_or(true, |mut entries| entries.next().is_none())
}
