use std::collections::BTreeMap;
use std::format;
use std::process;
use std::string::String;
use std::vec::Vec;

use super::check::Children;
use super::descriptors::Identity;
use super::{ChildState, Leak, descriptors, procfs};

/// The first descriptor that is not a standard stream.
const FIRST: u32 = 3;

/// The mark of a descriptor that is closed on exec, in the flags that `/proc` gives.
const CLOSED_ON_EXEC: u32 = 0o2_000_000;

/// A child process.
#[derive(Clone, Debug)]
pub(super) struct Child {
    id: u32,
    /// When it was started, in ticks since the machine was. Numbers of processes come again.
    started: u64,
    command: String,
    state: ChildState,
    /// What it may have inherited, by the number of the descriptor there.
    holds: BTreeMap<u32, Identity>,
}

/// The children, and what there was to inherit.
#[derive(Debug)]
pub(super) struct Family {
    children: Vec<Child>,
    open: BTreeMap<u32, Identity>,
}

pub(super) fn now() -> Family {
    Family {
        children: children(),
        open: descriptors::now(),
    }
}

fn children() -> Vec<Child> {
    ids().into_iter().filter_map(Child::read).collect()
}

/// The kernel lists the children of each thread, if it was built to.
fn ids() -> Vec<u32> {
    let tasks = procfs::numbers("/proc/self/task").into_iter();
    let lists = tasks.map(|task| procfs::text(format!("/proc/self/task/{task}/children")));
    let lists: Vec<String> = lists.flatten().collect();
    if lists.is_empty() {
        return procfs::numbers("/proc");
    }
    let all = lists.iter().flat_map(|list| list.split_whitespace());
    all.filter_map(|id| id.parse().ok()).collect()
}

impl Child {
    /// `None` when it has gone, or is not a child of this process.
    fn read(id: u32) -> Option<Self> {
        let stat = procfs::text(format!("/proc/{id}/stat"))?;
        let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let parent: u32 = fields.get(1)?.parse().ok()?;
        let state = match *fields.first()? {
            "X" | "x" => return None,
            "Z" => ChildState::Ended,
            _ => ChildState::Running,
        };
        (parent == process::id()).then_some(())?;
        Some(Child {
            id,
            started: fields.get(19)?.parse().ok()?,
            command: command(id).unwrap_or_else(|| String::from(name)),
            state,
            holds: holds(id),
        })
    }

    /// What this child was like before; `None` of a new one.
    fn of<'a>(&self, before: &'a Family) -> Option<&'a Child> {
        let mut children = before.children.iter();
        children.find(|child| (child.id, child.started) == (self.id, self.started))
    }

    fn leak(&self) -> Leak {
        Leak::Child {
            id: self.id,
            command: self.command.clone(),
            state: self.state,
        }
    }

    /// Without what this process had before, which the child may have inherited then.
    fn inherited(&self, before: &Family) -> impl Iterator<Item = Leak> {
        let held = self.of(before).map(|child| &child.holds);
        let new = self.holds.iter().filter(move |&(number, identity)| {
            let is_in = |open: &BTreeMap<u32, Identity>| open.get(number) == Some(identity);
            !is_in(&before.open) && !held.is_some_and(is_in)
        });
        new.filter_map(|(number, _)| self.inherits(*number))
    }

    fn inherits(&self, number: u32) -> Option<Leak> {
        Some(Leak::Inherited {
            id: self.id,
            command: self.command.clone(),
            number,
            target: descriptors::target(&link(self.id, number))?,
        })
    }
}

fn holds(id: u32) -> BTreeMap<u32, Identity> {
    let numbers = procfs::numbers(format!("/proc/{id}/fd")).into_iter();
    numbers
        .filter(|number| *number >= FIRST && survives_exec(id, *number))
        .filter_map(|number| Some((number, descriptors::identity(&link(id, number))?)))
        .collect()
}

fn link(id: u32, number: u32) -> String {
    format!("/proc/{id}/fd/{number}")
}

/// `None` of a process that has ended.
fn command(id: u32) -> Option<String> {
    let text = procfs::text(format!("/proc/{id}/cmdline"))?;
    let text = text.trim_end_matches('\0').replace('\0', " ");
    (!text.is_empty()).then_some(text)
}

/// What does not was opened by the child itself.
fn survives_exec(id: u32, descriptor: u32) -> bool {
    let flags = procfs::text(format!("/proc/{id}/fdinfo/{descriptor}")).and_then(|info| {
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:"))?;
        u32::from_str_radix(flags.trim(), 8).ok()
    });
    flags.is_some_and(|flags| flags & CLOSED_ON_EXEC == 0)
}

pub(super) fn leaked(mode: Children, before: &Family) -> Vec<Leak> {
    let mut leaks = Vec::new();
    for child in children() {
        if mode == Children::Ended && child.of(before).is_none() {
            leaks.push(child.leak());
        }
        leaks.extend(child.inherited(before));
    }
    leaks
}
