use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::mem;
use std::thread;
use std::time::{Duration, Instant};
use std::vec::Vec;

use super::check::{Children, LeakCheck};
use super::children::{self, Family};
use super::descriptors::{self, Identity};
use super::files::{self, Files};
use super::threads::{self, Threads};
use super::{Leak, Leaks, allocations};
use crate::testing::ledger::{Mark, Uncounted, uncounted};

/// What there was when [`LeakCheck::start`] looked, to be compared on the same thread.
///
/// # Examples
///
/// ```
/// use guard_core::testing::LeakCheck;
///
/// let watch = LeakCheck::new().threads().start();
/// std::thread::spawn(|| ()).join().unwrap();
/// assert!(watch.finish().is_empty());
/// ```
///
/// ```compile_fail,E0277
/// let watch = guard_core::testing::LeakCheck::new().allocations().start();
/// std::thread::spawn(move || watch.finish());
/// ```
#[derive(Debug)]
#[must_use = "it compares in `finish`"]
pub struct LeakWatch {
    before: Uncounted<Before>,
    /// Goes before the memory of what else there was.
    mark: Option<Mark>,
}

/// What is looked at, and how it was.
#[derive(Debug)]
struct Before {
    descriptors: Option<BTreeMap<u32, Identity>>,
    threads: Option<Threads>,
    children: Option<(Children, Family)>,
    files: Files,
    patience: Duration,
}

impl LeakWatch {
    pub(super) fn new(check: &LeakCheck) -> Self {
        let before = Uncounted::make(|| Before::of(check));
        let mark = check.allocations.then(|| {
            make_buffer();
            Mark::here()
        });
        LeakWatch { before, mark }
    }

    /// Compares with what there is now.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::LeakCheck;
    ///
    /// let dir = tempfile::tempdir()?;
    /// let watch = LeakCheck::new().files_in(dir.path()).start();
    /// std::fs::create_dir(dir.path().join("cache"))?;
    /// for leak in watch.finish().iter() {
    ///     println!("{leak}");
    /// }
    /// # std::io::Result::Ok(())
    /// ```
    pub fn finish(self) -> Leaks {
        let alive = self.mark.as_ref().map(|mark| uncounted(|| mark.alive()));
        Leaks::of(|| {
            let found = self.before.get().map(Before::leaks).unwrap_or_default();
            let memory = alive.as_deref().and_then(allocations::leak);
            drop(alive);
            found.into_iter().chain(memory)
        })
    }
}

/// The buffer of standard output is made at the first use, and kept.
fn make_buffer() {
    let _ = io::stdout().flush();
}

impl Before {
    fn of(check: &LeakCheck) -> Self {
        let looks = check.children != Children::Ignored;
        Before {
            files: files::now(&check.directories),
            threads: check.threads.then(threads::now),
            children: looks.then(|| (check.children, children::now())),
            descriptors: check.descriptors.then(descriptors::now),
            patience: check.patience,
        }
    }

    /// What is there to stay: it is still there after a while, and is not just passing then.
    fn leaks(&self) -> Vec<Leak> {
        let until = Instant::now() + self.patience;
        let mut pause = Duration::from_millis(1);
        let mut leaks = self.leaks_now();
        let mut is_last = self.patience.is_zero();
        while !leaks.is_empty() && !is_last {
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(50));
            is_last = Instant::now() >= until;
            let before = mem::replace(&mut leaks, self.leaks_now());
            if is_last {
                leaks.retain(|leak| before.contains(leak));
            }
        }
        leaks
    }

    fn leaks_now(&self) -> Vec<Leak> {
        let mut leaks = Vec::new();
        if let Some(before) = &self.descriptors {
            leaks.extend(descriptors::leaked(before));
        }
        if let Some(before) = &self.threads {
            leaks.extend(threads::leaked(before));
        }
        if let Some((mode, before)) = &self.children {
            leaks.extend(children::leaked(*mode, before));
        }
        leaks.extend(files::leaked(&self.files));
        leaks
    }
}
