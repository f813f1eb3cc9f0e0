use std::borrow::ToOwned;
use std::collections::BTreeMap;
use std::format;
use std::string::String;

use super::{Leak, procfs};

const TASKS: &str = "/proc/self/task";

/// The names of the threads by their numbers.
pub(super) type Threads = BTreeMap<u32, String>;

pub(super) fn now() -> Threads {
    let numbers = procfs::numbers(TASKS).into_iter();
    numbers
        .filter_map(|id| {
            let name = procfs::text(format!("{TASKS}/{id}/comm"))?;
            Some((id, name.trim_end_matches('\n').to_owned()))
        })
        .collect()
}

pub(super) fn leaked(before: &Threads) -> impl Iterator<Item = Leak> {
    let new = now().into_iter().filter(|(id, _)| !before.contains_key(id));
    new.map(|(id, name)| Leak::Thread { id, name })
}
