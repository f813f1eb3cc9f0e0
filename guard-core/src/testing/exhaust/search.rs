use std::collections::{BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::format;
use std::string::String;
use std::sync::Arc;

use super::Limits;
use super::judge::Finding;
use super::ran::Ran;
use super::report::{Failed, Report, Summary, replay};
use crate::testing::Plan;
use crate::testing::faults::plan::Kind;
use crate::testing::faults::run::Seen;
use std::vec::Vec;

/// After so many runs that have gone wrong there is no need for more.
const ENOUGH: usize = 20;

/// Finds out which runs there are to be. A run shows which places come after its last fault; one of
/// them more makes the next plans. So the plans with one fault come before those with two.
pub(super) struct Search {
    limits: Limits,
    replays: bool,
    plans: VecDeque<Plan>,
    runs: usize,
    sites: BTreeSet<Arc<str>>,
    awaits: usize,
    missed: usize,
    failed: Vec<Failed>,
}

impl Search {
    pub(super) fn new(limits: Limits, replayed: Option<Plan>) -> Self {
        Search {
            limits,
            replays: replayed.is_some(),
            plans: [replayed.unwrap_or_default()].into(),
            runs: 0,
            sites: BTreeSet::new(),
            awaits: 0,
            missed: 0,
            failed: Vec::new(),
        }
    }

    pub(super) fn next(&mut self) -> Option<Plan> {
        if self.runs == self.limits.runs || self.failed.len() == ENOUGH {
            return None;
        }
        let plan = self.plans.pop_front()?;
        self.runs += 1;
        Some(plan)
    }

    pub(super) fn runs(&self) -> usize {
        self.runs
    }

    /// What there is to say of this run, and of those before it, if the process does not survive it.
    pub(super) fn in_progress(&self, plan: &Plan) -> String {
        let (run, words) = (self.runs, plan.in_words());
        let mut text = format!("run {run}: {words}\n  {}", replay(plan));
        if let Some(first) = self.failed.first() {
            let count = self.failed.len();
            let _ = write!(
                text,
                "\n{count} of those before it have gone wrong, first {first}"
            );
        }
        text
    }

    /// What a run was like tells which ones are to follow. None follows one that has gone wrong,
    /// which would go wrong in the same way.
    pub(super) fn learn(&mut self, ran: &Ran, mut findings: Vec<Finding>) {
        self.sites.extend(ran.seen.sites().cloned());
        self.awaits = self.awaits.max(ran.seen.pending);
        let met = ran.seen.has_met(ran.plan());
        self.missed += usize::from(!met);
        if self.replays && !met {
            findings.push(Finding::NotMet(ran.seen.sites().cloned().collect()));
        }
        if !findings.is_empty() {
            self.failed.push(Failed::new(ran, findings));
        } else if met && !self.replays {
            self.follow(ran);
        }
    }

    fn follow(&mut self, ran: &Ran) {
        let (plan, seen) = (ran.plan(), &ran.seen);
        if plan.len() == self.limits.faults {
            return;
        }
        let (hits, pending) = seen.last();
        for hit in &seen.hits[hits..] {
            self.plans
                .push_back(plan.clone().with(hit.place.clone(), Kind::Error));
            if hit.may_panic && self.limits.panics {
                self.plans
                    .push_back(plan.clone().with(hit.place.clone(), Kind::Panic));
            }
        }
        for nth in pending + 1..=seen.pending {
            self.plans.push_back(plan.clone().cancel(nth));
        }
    }

    pub(super) fn finish(self) -> Result<Summary, Report> {
        let summary = Summary {
            runs: self.runs,
            sites: self.sites.into_iter().collect(),
            awaits: self.awaits,
            missed: self.missed,
            left_out: self.plans.len(),
        };
        let vacuous = summary.sites.is_empty() && summary.awaits == 0;
        let unfinished = summary.left_out > 0 && !self.limits.is_bounded;
        if !self.replays && (vacuous || unfinished) || !self.failed.is_empty() {
            Err(Report {
                summary,
                failed: self.failed,
            })
        } else {
            Ok(summary)
        }
    }
}

impl Seen {
    fn has_met(&self, plan: &Plan) -> bool {
        self.injected.len() == plan.faults()
            && self.cancelled.is_some() == plan.cancelled_at().is_some()
    }

    /// How many hits there had been, and how often the future had been pending, when the last thing
    /// went wrong.
    fn last(&self) -> (usize, usize) {
        let injected = self.injected.last().map(|(index, _)| {
            let hit = &self.hits[*index];
            (index + 1, hit.pending)
        });
        let cancelled = self.cancelled.map(|hits| (hits, self.pending));
        injected.max(cancelled).unwrap_or_default()
    }
}
