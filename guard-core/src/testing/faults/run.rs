use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::vec::Vec;

use super::plan::{Kind, Place, Plan, check_site};
use crate::testing::ResourceTracker;
use crate::testing::ledger::uncounted;

/// One run of a scenario: what is to go wrong in it, and what it has come to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) plan: Plan,
    pub(crate) tracker: ResourceTracker,
    panics_while_unwinding: bool,
    seen: Mutex<Seen>,
}

/// What a run has come to so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    times: HashMap<Arc<str>, usize>,
    pub(crate) hits: Vec<Hit>,
    /// The hits at which the plan had something go wrong, by index.
    pub(crate) injected: Vec<(usize, Kind)>,
    /// How often the future was pending.
    pub(crate) pending: usize,
    /// How many hits there had been when the future was dropped.
    pub(crate) cancelled: Option<usize>,
}

/// That a run has come to a site.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    pub(crate) place: Place,
    pub(crate) may_panic: bool,
    /// Its error would name the place.
    pub(crate) is_named: bool,
    /// How often the future had been pending.
    pub(crate) pending: usize,
}

/// What a site can do when it fails.
#[derive(Clone, Copy)]
pub(crate) struct May {
    pub(crate) panic: bool,
    /// Its error is an `Injected`, by which the place is known again.
    pub(crate) be_named: bool,
}

impl Run {
    pub(crate) fn new(plan: Plan, panics_while_unwinding: bool) -> Self {
        Run {
            plan,
            tracker: ResourceTracker::new(),
            panics_while_unwinding,
            seen: Mutex::default(),
        }
    }

    /// What is to go wrong at this site now.
    #[track_caller]
    pub(super) fn hit(&self, site: &str, may: May) -> Option<(Place, Kind)> {
        check_site(site);
        uncounted(|| self.hit_named(site, may))
    }

    fn hit_named(&self, site: &str, may: May) -> Option<(Place, Kind)> {
        let may_panic = may.panic && (self.panics_while_unwinding || !thread::panicking());
        let mut seen = self.lock();
        let place = seen.place(site);
        let pending = seen.pending;
        seen.hits.push(Hit {
            place: place.clone(),
            may_panic,
            is_named: may.be_named,
            pending,
        });
        let kind = self.plan.at(&place)?;
        if kind == Kind::Panic && !may_panic {
            return None;
        }
        let index = seen.hits.len() - 1;
        seen.injected.push((index, kind));
        Some((place, kind))
    }

    /// Whether the future, which is pending, is to be dropped now.
    pub(crate) fn pending(&self) -> bool {
        let mut seen = self.lock();
        seen.pending += 1;
        let now = self.plan.cancelled_at() == Some(seen.pending);
        if now {
            seen.cancelled = Some(seen.hits.len());
        }
        now
    }

    pub(crate) fn seen(&self) -> Seen {
        self.lock().clone()
    }

    /// Nothing of a user's runs with the lock held.
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn place(&mut self, site: &str) -> Place {
        let site: Arc<str> = match self.times.get_key_value(site) {
            Some((site, _)) => site.clone(),
            None => site.into(),
        };
        let times = self.times.entry(site.clone()).or_default();
        *times += 1;
        Place { site, nth: *times }
    }

    /// The places at which an error was returned that names them.
    pub(crate) fn errors(&self) -> impl Iterator<Item = &Place> {
        self.hits_of(Kind::Error)
            .filter(|hit| hit.is_named)
            .map(|hit| &hit.place)
    }

    /// What went wrong at sites, and whether each was a panic.
    pub(crate) fn what_went_wrong(&self) -> impl Iterator<Item = (&Place, bool)> {
        let injected = self.injected.iter();
        injected.map(|(index, kind)| (&self.hits[*index].place, *kind == Kind::Panic))
    }

    pub(crate) fn panicked(&self) -> bool {
        self.hits_of(Kind::Panic).next().is_some()
    }

    fn hits_of(&self, kind: Kind) -> impl Iterator<Item = &Hit> {
        let injected = self.injected.iter().filter(move |(_, k)| *k == kind);
        injected.map(|(index, _)| &self.hits[*index])
    }

    /// How many sites there are.
    pub(crate) fn sites(&self) -> impl Iterator<Item = &Arc<str>> {
        self.times.keys()
    }
}
