//! The process that starts another, and waits.

use std::borrow::ToOwned;
use std::env;
use std::format;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{self, Command, ExitStatus, Stdio};
use std::string::String;
use std::thread;
use std::time::{Duration, Instant};
use std::vec::Vec;
use std::{eprintln, println};

use super::record::{self, Record};
use super::{VARIABLE, Wishes, child};

/// How often a process is looked at that may hang.
const LOOK: Duration = Duration::from_millis(2);

/// The exit status of a harness whose test failed.
const FAILED: i32 = 101;

/// A call that is to be made in another process.
#[derive(Debug)]
pub(super) struct Parent {
    test: String,
    call: usize,
}

/// How the other process ended.
struct Ended {
    /// `None` if it came to no end and was killed.
    status: Option<ExitStatus>,
    records: Vec<Record>,
    stdout: String,
    stderr: String,
}

impl Parent {
    /// A call on the thread that the harness named after this test.
    pub(super) fn new(test: String) -> Self {
        let call = child::count_call();
        Parent { test, call }
    }

    /// Returns what to panic with.
    pub(super) fn run(&self, wishes: Wishes) -> Result<(), String> {
        let ended = self
            .ended(wishes)
            .map_err(|error| format!("the process for `isolated` cannot be started: {error}"))?;
        let verdict = self.verdict(&ended);
        if let Err(message) = &verdict {
            ended.show(&self.test, message);
        }
        verdict
    }

    fn ended(&self, wishes: Wishes) -> io::Result<Ended> {
        let directory = tempfile::Builder::new().prefix("isolated-").tempdir()?;
        let record = child::record_in(directory.path());
        let child = Waiting(self.command(wishes, directory.path())?.spawn()?);
        let status = child.status(&record, wishes.stalls_after)?;
        let text = |name| record::text(&directory.path().join(name));
        Ok(Ended {
            status,
            records: record::read(&record),
            stdout: text("stdout"),
            stderr: text("stderr"),
        })
    }

    fn command(&self, wishes: Wishes, directory: &Path) -> io::Result<Command> {
        let told = directory.to_str().ok_or(io::ErrorKind::InvalidFilename)?;
        let mut command = Command::new(env::current_exe()?);
        command
            .args([self.test.as_str(), "--exact", "--nocapture"])
            .args(["--test-threads=1", "--include-ignored"])
            .env(VARIABLE, child::telling(&self.test, self.call, told))
            .stdin(Stdio::null())
            // Files need nobody to read them meanwhile.
            .stdout(File::create(directory.join("stdout"))?)
            .stderr(File::create(directory.join("stderr"))?);
        if wishes.own_temp_dir {
            let own = child::temp_in(directory);
            fs::create_dir(&own)?;
            command.envs(["TMPDIR", "TMP", "TEMP"].map(|variable| (variable, &own)));
        }
        Ok(command)
    }

    fn verdict(&self, ended: &Ended) -> Result<(), String> {
        let panicked = ended.records.iter().find_map(|record| match record {
            Record::Panicked(message) => Some(message.clone()),
            _ => None,
        });
        let has = |record| ended.records.contains(&record);
        match panicked {
            Some(message) => Err(message),
            None if has(Record::Returned) && ended.is_orderly() => Ok(()),
            None if has(Record::Returned) => Err(ended.died("after the closure had returned")),
            None if has(Record::Reached) => Err(ended.died("before the closure returned")),
            None if ended.stdout.contains("running 0 tests") => Err(not_a_test(Some(&self.test))),
            None => Err(ended.died(&format!(
                "without coming to call number {} of `isolated` in `{}`",
                self.call + 1,
                self.test
            ))),
        }
    }
}

impl Ended {
    /// A test that goes on to fail after the closure fails in this process too.
    fn is_orderly(&self) -> bool {
        matches!(
            self.status.and_then(|status| status.code()),
            Some(0 | FAILED)
        )
    }

    fn died(&self, when: &str) -> String {
        let mut message = match self.status {
            Some(status) => format!("the process of `isolated` ended {when}: {status}"),
            None => "the process of `isolated` hung, and was killed".to_owned(),
        };
        let note = self.records.iter().rev().find_map(|record| match record {
            Record::Note(text) => Some(text),
            _ => None,
        });
        if let Some(note) = note {
            message.push_str("\nin progress: ");
            message.push_str(note);
        }
        if !self.stderr.trim().is_empty() {
            message += "\nits last words:";
            message += &record::last_lines(&self.stderr, 10);
        }
        message
    }

    /// Prints in such a way that the harness captures it, without the message that this process is
    /// about to panic with.
    fn show(&self, test: &str, message: &str) {
        let stdout = without_harness(&self.stdout, test);
        if !stdout.is_empty() {
            println!("output of the process of `isolated`:\n{stdout}");
        }
        let stderr = self.stderr.replace(message, "(its message is below)");
        if !stderr.trim().is_empty() {
            eprintln!("errors of the process of `isolated`:\n{}", stderr.trim());
        }
    }
}

/// What the test itself has printed.
// Input:  running 1 test
//         test copies ... line 1
//         line 2
//         FAILED
//
//         failures:
//             copies
//
//         test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 2 filtered out
// Output: line 1
//         line 2
fn without_harness(stdout: &str, test: &str) -> String {
    let begins = format!("test {test} ... ");
    let its_own = |line: &&str| {
        let line = line.trim();
        let of_harness = ["", "running 1 test", "failures:", "FAILED", "ok", test];
        !of_harness.contains(&line) && !line.starts_with("test result: ")
    };
    let lines = stdout
        .lines()
        .map(|line| line.strip_prefix(&begins).unwrap_or(line));
    lines.filter(its_own).collect::<Vec<_>>().join("\n")
}

/// What is wrong with a call on a thread of this name.
pub(super) fn not_a_test(thread: Option<&str>) -> String {
    let thread = thread.map_or_else(
        || "a thread without a name".to_owned(),
        |name| format!("the thread `{name}`, and there is no test of that name"),
    );
    format!(
        "a process of its own was asked for on {thread}\nhelp: ask for it on the test's own thread, which the test harness names after the test"
    )
}

/// A process that does not outlive the wait for it.
struct Waiting(process::Child);

impl Waiting {
    /// `None` if it stalls, and is to be killed.
    fn status(
        mut self,
        record: &Path,
        stalls_after: Option<Duration>,
    ) -> io::Result<Option<ExitStatus>> {
        let Some(stalls_after) = stalls_after else {
            return self.0.wait().map(Some);
        };
        let (mut said, mut since) = (0, Instant::now());
        loop {
            if let Some(status) = self.0.try_wait()? {
                return Ok(Some(status));
            }
            let now_said = fs::metadata(record).map_or(0, |record| record.len());
            if now_said != said {
                (said, since) = (now_said, Instant::now());
            }
            if since.elapsed() > stalls_after && record::read(record).last().is_some_and(is_note) {
                return Ok(None);
            }
            thread::sleep(LOOK);
        }
    }
}

fn is_note(record: &Record) -> bool {
    matches!(record, Record::Note(_))
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // Nothing is done to a process that was waited for.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
