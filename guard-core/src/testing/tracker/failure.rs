//! What a failing assertion says, and what it leaves behind.

use std::env;
use std::format;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::string::{String, ToString};
use std::vec::Vec;

use super::super::plain;
use super::super::timeline::Timeline;
use super::ResourceTracker;
use super::books::this_thread;
use super::problem::Problem;
use super::record::Record;

/// The directory into which failing assertions write their timelines.
const DIRECTORY: &str = "GUARD_TIMELINE_SVG";

/// How many problems are told one by one.
const TOLD: usize = 20;

impl ResourceTracker {
    /// Fails unless there is no problem with what was recorded.
    #[track_caller]
    pub(super) fn expect(&self, expected: &str, records: Vec<Record>, problems: &[Problem]) {
        if problems.is_empty() {
            return;
        }
        let timeline = Timeline::new(records, self.books.now()).marking(problems);
        let problems = lines(problems).concat();
        let file = self
            .directory()
            .map(|directory| written(&timeline, &directory));
        let file = file.map_or_else(String::new, |file| format!("\n{file}\n"));
        panic!("expected {expected}\n{problems}\n{timeline}{file}");
    }

    /// Who runs the tests has the last word.
    fn directory(&self) -> Option<PathBuf> {
        let asked = env::var_os(DIRECTORY).filter(|directory| !directory.is_empty());
        let own = || self.svgs.as_deref().map(Path::to_path_buf);
        asked.map(PathBuf::from).or_else(own)
    }
}

fn lines(problems: &[Problem]) -> Vec<String> {
    let told = problems.iter().take(TOLD);
    let mut lines: Vec<_> = told.map(|problem| format!("✗ {problem}")).collect();
    if let more @ 1.. = problems.len().saturating_sub(TOLD) {
        lines.push(format!("and {more} more"));
    }
    let wrapped = lines
        .iter()
        .map(|line| plain::wrapped(line, "", "    ") + "\n");
    wrapped.collect()
}

/// What to say about the file.
fn written(timeline: &Timeline, directory: &Path) -> String {
    let path = directory.join(file_name(&this_thread()));
    match write(timeline, directory, &path) {
        Ok(()) => format!("the timeline as a picture: {}", path.display()),
        Err(error) => format!(
            "the timeline cannot be written to {}: {error}",
            path.display()
        ),
    }
}

fn write(timeline: &Timeline, directory: &Path, path: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    timeline.write_svg(path)
}

/// A name that every file system takes.
// Input:  pool::tests::closes_all
// Output: pool-tests-closes_all.svg
fn file_name(thread: &str) -> String {
    let plain = thread.replace("::", "-");
    let kept = plain.chars().take(120);
    let name: String = kept
        .map(|c| {
            if c.is_alphanumeric() || c == '_' {
                c
            } else {
                '-'
            }
        })
        .collect();
    match name.as_str() {
        "" => "timeline.svg".to_string(),
        name => format!("{name}.svg"),
    }
}
