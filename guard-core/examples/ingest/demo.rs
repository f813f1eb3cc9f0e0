//! What can be asked for on the command line to see what happens then: failures, all of them real
//! ones, and pauses to kill a run in.

use std::str::FromStr;

use indicatif::ProgressBar;

use crate::say;

#[derive(Debug, Default)]
pub(crate) struct Demo {
    pub(crate) faults: Vec<Fault>,
    pub(crate) pause_after: Option<u64>,
    pub(crate) pause_commit: Option<u64>,
}

/// A failure in one shard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Fault {
    pub(crate) at: Where,
    pub(crate) shard: u64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Where {
    Open,
    Write,
    Commit,
    Close,
}

impl Demo {
    pub(crate) fn fails(&self, at: Where, shard: u64) -> bool {
        self.faults.contains(&Fault { at, shard })
    }

    pub(crate) fn before_commit(&self, shard: u64) {
        if self.pause_commit == Some(shard) {
            wait_for_enter(&format!("before the commit of shard {shard}"));
        }
    }

    pub(crate) fn pause(&self) -> Pause {
        Pause {
            rows_left: self.pause_after,
        }
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let (at, shard) = text.split_once(':')?;
            let (at, shard) = (Where::named(at)?, shard.parse().ok()?);
            Some(Fault { at, shard })
        };
        let expected = "is not one of `open`, `write`, `commit` and `close`, with `:` and a shard";
        parse().ok_or_else(|| format!("`{text}` {expected}"))
    }
}

impl Where {
    fn named(name: &str) -> Option<Self> {
        match name {
            "open" => Some(Where::Open),
            "write" => Some(Where::Write),
            "commit" => Some(Where::Commit),
            "close" => Some(Where::Close),
            _ => None,
        }
    }
}

/// Holds a run in the middle of its transactions.
pub(crate) struct Pause {
    rows_left: Option<u64>,
}

impl Pause {
    pub(crate) fn after_row(&mut self, bar: &ProgressBar) {
        self.rows_left = self.rows_left.map(|left| left.saturating_sub(1));
        if self.rows_left == Some(0) {
            self.rows_left = None;
            bar.suspend(|| wait_for_enter("in mid-transaction"));
        }
    }
}

fn wait_for_enter(place: &str) {
    say(&format!("paused {place}; press Enter to go on"));
    // At the end of the input there is nobody to wait for.
    std::io::stdin().read_line(&mut String::new()).ok();
}
