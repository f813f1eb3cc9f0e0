//! What a failing assertion says, and what it leaves behind.

use std::env;
use std::ffi::OsString;
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

/// The directory into which failing assertions write their timelines.
const DIRECTORY: &str = "GUARD_TIMELINE_SVG";

/// How many problems are told one by one.
const TOLD: usize = 20;

impl ResourceTracker {
    #[track_caller]
    pub(super) fn fail(&self, expected: &str, problems: &[Problem]) -> ! {
        let timeline = self.timeline().marking(problems);
        let mut message = format!("expected {expected}\n");
        for line in lines(problems) {
            message.push_str(&plain::wrapped(&line, 80));
            message.push('\n');
        }
        message.push_str(&format!("\n{timeline}"));
        if let Some(directory) = self.directory() {
            message.push_str(&format!("\n{}\n", written(&timeline, &directory)));
        }
        panic!("{message}");
    }

    /// Who runs the tests has the last word.
    fn directory(&self) -> Option<PathBuf> {
        let asked = env::var_os(DIRECTORY).filter(|directory| !directory.is_empty());
        let own = || self.svgs.as_deref().map(Path::to_path_buf);
        asked.map(<PathBuf as From<OsString>>::from).or_else(own)
    }
}

fn lines(problems: &[Problem]) -> Vec<String> {
    let told = problems.iter().take(TOLD);
    let mut lines: Vec<_> = told.map(|problem| format!("✗ {problem}")).collect();
    if let more @ 1.. = problems.len().saturating_sub(TOLD) {
        lines.push(format!("and {more} more"));
    }
    lines
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
