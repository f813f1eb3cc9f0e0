//! The command line.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::demo::Demo;

pub(crate) const HELP: &str = "\
Reads CSV files into the SQLite databases `ingest-1.db`, `ingest-2.db` and so on, round robin,
all of them or none.

usage: ingest [--dir DIR] [--shards N] [FILE.csv ...]

  --dir DIR             directory of the databases (without it: a temporary one, removed at the end)
  --shards N            how many databases (without it: 3)
  --help                print this

To try out what happens if something goes wrong:

  --fail WHERE:SHARD    have `open`, `write`, `commit` or `close` fail in this shard; repeatable
  --pause-after ROWS    wait for Enter after so many rows, in mid-transaction, for a second run to
                        be started meanwhile, or for `kill -9`
  --pause-commit SHARD  wait before this shard is committed; the last one is committed first

Without a file, the Palmer penguins are read.";

const PENGUINS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/penguins.csv");

#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Run(Options),
}

#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) dir: Option<PathBuf>,
    pub(crate) shards: u64,
    pub(crate) demo: Demo,
    pub(crate) files: Vec<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            dir: None,
            shards: 3,
            demo: Demo::default(),
            files: Vec::new(),
        }
    }
}

pub(crate) fn parse(mut args: impl Iterator<Item = OsString>) -> Result<Command, String> {
    let mut options = Options::default();
    while let Some(arg) = args.next() {
        match arg.to_str() {
            Some("--help" | "-h") => return Ok(Command::Help),
            Some("--") => options.files.extend(args.by_ref().map(PathBuf::from)),
            Some(flag) if flag.starts_with('-') => options.set(flag, args.next())?,
            _ => options.files.push(file(arg)?),
        }
    }
    if options.files.is_empty() {
        options.files.push(Path::new(PENGUINS).to_owned());
    }
    options.check_shards()?;
    Ok(Command::Run(options))
}

impl Options {
    fn set(&mut self, flag: &str, next: Option<OsString>) -> Result<(), String> {
        let value = || value(flag, next);
        match flag {
            "--dir" => self.dir = Some(value()?.into()),
            "--shards" => self.shards = number(&value()?, "a number of shards")?,
            "--fail" => self.demo.faults.push(value()?.to_string_lossy().parse()?),
            "--pause-after" => {
                self.demo.pause_after = Some(number(&value()?, "a number of rows")?);
            }
            "--pause-commit" => self.demo.pause_commit = Some(number(&value()?, "a shard")?),
            _ => return Err(format!("unknown option `{flag}`")),
        }
        Ok(())
    }

    fn check_shards(&self) -> Result<(), String> {
        let faults = self.demo.faults.iter().map(|fault| fault.shard);
        let mut named = faults.chain(self.demo.pause_commit);
        match named.find(|shard| !(1..=self.shards).contains(shard)) {
            Some(shard) => Err(format!("there is no shard {shard} of {}", self.shards)),
            None => Ok(()),
        }
    }
}

fn value(flag: &str, value: Option<OsString>) -> Result<OsString, String> {
    value
        .filter(|value| !value.is_empty())
        .ok_or_else(|| format!("`{flag}` needs a value"))
}

fn number(text: &OsStr, what: &str) -> Result<u64, String> {
    let number = text.to_str().and_then(|text| text.parse().ok());
    number
        .filter(|number| *number > 0)
        .ok_or_else(|| format!("`{}` is not {what}", text.display()))
}

fn file(arg: OsString) -> Result<PathBuf, String> {
    if arg.is_empty() {
        return Err("a file name is empty".to_owned());
    }
    Ok(arg.into())
}
