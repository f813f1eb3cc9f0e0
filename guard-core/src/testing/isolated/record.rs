use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::string::String;

/// What a process of its own has to say to the one that started it: a file with one line for each.
///
/// It is opened for each line, so that no descriptor of it is there while descriptors are compared.
#[derive(Debug)]
pub(super) struct Record {
    path: PathBuf,
}

/// What there is to be read in a [`Record`].
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) entered: bool,
    pub(super) done: bool,
    pub(super) note: Option<String>,
    pub(super) panic: Option<String>,
}

const ENTERED: &str = "entered ";
const DONE: &str = "done ";
const NOTE: &str = "note ";
const PANIC: &str = "panic ";

impl Record {
    pub(super) fn at(path: impl Into<PathBuf>) -> Self {
        Record { path: path.into() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn entered(&self) {
        self.write(ENTERED, "");
    }

    pub(super) fn done(&self) {
        self.write(DONE, "");
    }

    pub(super) fn note(&self, what: &str) {
        self.write(NOTE, what);
    }

    pub(super) fn panic(&self, message: &str) {
        self.write(PANIC, message);
    }

    fn write(&self, kind: &str, text: &str) {
        let write = || {
            let mut file = File::options().append(true).create(true).open(&self.path)?;
            file.write_all(std::format!("{kind}{}\n", escaped(text)).as_bytes())
        };
        if let Err(error) = write() {
            panic!("`{}` cannot be written to: {error}", self.path.display());
        }
    }

    pub(super) fn read(&self) -> io::Result<Told> {
        let text = match fs::read_to_string(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            text => text?,
        };
        Ok(text.lines().fold(Told::default(), Told::with))
    }
}

impl Told {
    fn with(mut self, line: &str) -> Self {
        self.entered |= line == ENTERED;
        self.done |= line == DONE;
        if let Some(note) = line.strip_prefix(NOTE) {
            self.note = Some(unescaped(note));
        }
        if let Some(message) = line.strip_prefix(PANIC) {
            self.panic = Some(unescaped(message));
        }
        self
    }
}

// Input:  two lines, with a line break between them
// Output: one line, with `\n` between them
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace('\r', "\\r")
}

// The other way round.
fn unescaped(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        text.push(match c {
            '\\' => match rest.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                other => other.unwrap_or('\\'),
            },
            c => c,
        });
    }
    text
}
