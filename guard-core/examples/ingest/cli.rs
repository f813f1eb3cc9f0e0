//! The command line.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

pub(crate) const HELP: &str = "\
Reads CSV files into the SQLite database `ingest.db`, all of them or none.

usage: ingest [--dir DIR] [--pause-after ROWS] [FILE.csv ...]

  --dir DIR           directory of the database (without it: a temporary one, removed at the end)
  --pause-after ROWS  wait for Enter after so many rows, in mid-transaction, to try out what
                      happens to a second run meanwhile, or to the next one after `kill -9`
  --help              print this

Without a file, the Palmer penguins are read.";

const PENGUINS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/penguins.csv");

#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Run(Options),
}

#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) dir: Option<PathBuf>,
    pub(crate) pause_after: Option<u64>,
    pub(crate) files: Vec<PathBuf>,
}

pub(crate) fn parse(mut args: impl Iterator<Item = OsString>) -> Result<Command, String> {
    let mut options = Options::default();
    while let Some(arg) = args.next() {
        match arg.to_str() {
            Some("--help" | "-h") => return Ok(Command::Help),
            Some("--dir") => options.dir = Some(value("--dir", args.next())?.into()),
            Some("--pause-after") => {
                options.pause_after = Some(rows(&value("--pause-after", args.next())?)?);
            }
            Some("--") => options.files.extend(args.by_ref().map(PathBuf::from)),
            Some(flag) if flag.starts_with('-') => return Err(format!("unknown option `{flag}`")),
            _ => options.files.push(file(arg)?),
        }
    }
    if options.files.is_empty() {
        options.files.push(Path::new(PENGUINS).to_owned());
    }
    Ok(Command::Run(options))
}

fn value(flag: &str, value: Option<OsString>) -> Result<OsString, String> {
    value
        .filter(|value| !value.is_empty())
        .ok_or_else(|| format!("`{flag}` needs a value"))
}

fn rows(text: &OsStr) -> Result<u64, String> {
    let number = text.to_str().and_then(|text| text.parse().ok());
    number
        .filter(|rows| *rows > 0)
        .ok_or_else(|| format!("`{}` is not a number of rows", text.display()))
}

fn file(arg: OsString) -> Result<PathBuf, String> {
    if arg.is_empty() {
        return Err("a file name is empty".to_owned());
    }
    Ok(arg.into())
}
