//! What is wrong with a run.

use std::collections::BTreeSet;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;
use std::{fmt, format, vec};

use super::losses::listening;
use super::ran::{End, Ran};
use super::{BlockOn, Exhaust, Rules};
use crate::testing::faults::plan::Place;
use crate::testing::faults::run::Run;
use crate::testing::{Leak, LeakWatch, Leaks, Outcome, Plan, Problem, Record};

/// What is wrong with a run.
#[derive(Debug)]
pub(super) enum Finding {
    /// Without any fault.
    Fails,
    /// It panics of its own.
    Panics(String),
    /// It has succeeded although this has failed, or panicked.
    Swallowed {
        place: Place,
        panic: bool,
    },
    /// This is nowhere in what it returned.
    Lost(Place),
    /// A run that is replayed comes to these sites, and not to all that is to go wrong.
    NotMet(BTreeSet<Arc<str>>),
    Unbalanced(Vec<Problem>),
    /// They were open after the end, and closed no sooner than the runtime was gone.
    Outlived(Vec<Record>),
    Leaks(Leaks),
    /// The check of the user has panicked.
    Check(String),
}

/// What the runs so far have shown of the scenario.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// How often the hook is told where nothing goes wrong.
    losses: usize,
    /// Sites of which the error becomes another one, which does not name them.
    renamed: BTreeSet<Arc<str>>,
}

impl<'a> Exhaust<'a> {
    /// Runs the scenario once, and again if it leaks and nothing else is wrong: what is made once for the
    /// whole process leaks the first time only. A file is none of that, and would be there before the
    /// second time.
    pub(super) fn run_once(
        &mut self,
        number: usize,
        plan: &Plan,
        once: &mut impl FnMut(&Arc<Run>, &mut BlockOn<'a>) -> End,
    ) -> (Ran, Vec<Finding>) {
        let (ran, findings) = self.run_and_judge(number, plan, once);
        match &findings[..] {
            [Finding::Leaks(leaks)] if !leaks.iter().any(is_file) => {
                self.run_and_judge(number, plan, once)
            }
            _ => (ran, findings),
        }
    }

    fn run_and_judge(
        &mut self,
        number: usize,
        plan: &Plan,
        once: &mut impl FnMut(&Arc<Run>, &mut BlockOn<'a>) -> End,
    ) -> (Ran, Vec<Finding>) {
        let (ran, leaks) = self.run_and_compare(number, plan, once);
        self.known.learn(&ran);
        let mut findings = self.rules.judge(&ran, &self.known);
        findings.extend(leaks.map(Finding::Leaks));
        findings.extend(self.checked(&ran));
        (ran, findings)
    }

    fn run_and_compare(
        &mut self,
        number: usize,
        plan: &Plan,
        once: &mut impl FnMut(&Arc<Run>, &mut BlockOn<'a>) -> End,
    ) -> (Ran, Option<Leaks>) {
        let run = Arc::new(Run::new(plan.clone(), self.limits.panics_while_unwinding));
        let watch = self.leaks.as_ref().map(|leaks| leaks.start());
        let (end, lost) = listening(|| once(&run, &mut *self.block_on));
        let leaks = watch.map(LeakWatch::finish);
        let seen = run.seen();
        let ran = Ran {
            number,
            run,
            end,
            seen,
            lost,
        };
        (ran, leaks.filter(|leaks| !leaks.is_empty()))
    }

    fn checked(&mut self, ran: &Ran) -> Option<Finding> {
        let check = self.after_each.as_mut()?;
        let end = End::of(|| check(ran));
        end.panic.map(Finding::Check)
    }
}

fn is_file(leak: &Leak) -> bool {
    matches!(leak, Leak::File { .. })
}

impl Known {
    fn learn(&mut self, ran: &Ran) {
        if ran.plan().is_empty() {
            self.losses = ran.lost.len();
        }
        if let (1, Outcome::Failed(error)) = (ran.plan().len(), ran.outcome()) {
            let renamed = ran.seen.errors().filter(|place| !tells(ran, error, place));
            self.renamed.extend(renamed.map(|place| place.site.clone()));
        }
    }

    /// Losses that are none of what was injected, and no more of them than without a fault.
    fn has_more_losses(&self, ran: &Ran) -> bool {
        let names_none = |line: &&String| !ran.seen.errors().any(|place| place.is_named_in(line));
        ran.lost.iter().filter(names_none).count() > self.losses
    }
}

/// Whether what was returned, or what the hook was told, names the place.
fn tells(ran: &Ran, error: &str, place: &Place) -> bool {
    let mut texts = ran.lost.iter().map(String::as_str).chain([error]);
    texts.any(|text| place.is_named_in(text))
}

impl Rules {
    fn judge(self, ran: &Ran, known: &Known) -> Vec<Finding> {
        let mut findings: Vec<_> = self.end(ran, known).into_iter().collect();
        let mut problems = ran.tracker().unbalanced();
        if self.lifo {
            problems.extend(ran.tracker().out_of_order());
        }
        if !problems.is_empty() {
            findings.push(Finding::Unbalanced(problems));
        }
        let outlived = outlived(ran);
        if !outlived.is_empty() {
            findings.push(Finding::Outlived(outlived));
        }
        findings
    }

    fn end(self, ran: &Ran, known: &Known) -> Option<Finding> {
        // A fault that the run has not come to has not gone wrong.
        let nothing_wrong = ran.seen.injected.is_empty() && ran.seen.cancelled.is_none();
        match (&ran.end.outcome, &ran.end.panic) {
            (Outcome::Failed(_), _) if nothing_wrong => Some(Finding::Fails),
            (Outcome::Panicked, Some(message)) if !ran.seen.panicked() => {
                Some(Finding::Panics(message.clone()))
            }
            (Outcome::Completed, _) if !self.may_recover => swallowed(ran, known),
            (Outcome::Failed(error), _) if !self.may_recover => lost(ran, error, known),
            _ => None,
        }
    }
}

/// What was open after the end and is closed by now. What is open still is unbalanced.
fn outlived(ran: &Ran) -> Vec<Record> {
    let open = ran.end.open.iter();
    if open.len() == 0 {
        return Vec::new();
    }
    let records = ran.tracker().records();
    let is_closed = |open: &&Record| {
        let now = records.iter().find(|record| record.is_of_same(open));
        now.is_some_and(|record| !record.is_open())
    };
    open.filter(is_closed).cloned().collect()
}

/// What was injected, where the scenario has succeeded and nobody was told.
fn swallowed(ran: &Ran, known: &Known) -> Option<Finding> {
    if known.has_more_losses(ran) {
        return None;
    }
    let told = |place: &Place| ran.lost.iter().any(|line| place.is_named_in(line));
    let mut injected = ran.seen.what_went_wrong();
    let (place, panic) = injected.find(|(place, _)| !told(place))?;
    Some(Finding::Swallowed {
        place: place.clone(),
        panic,
    })
}

/// An error that nobody was told, where another one that was injected is told by name. Where none is,
/// the scenario has errors of its own, and there is nothing to be known.
fn lost(ran: &Ran, error: &str, known: &Known) -> Option<Finding> {
    let (told, missing): (Vec<_>, Vec<_>) = ran
        .seen
        .errors()
        .partition(|place| tells(ran, error, place));
    let mut missing = missing.into_iter();
    let lost = missing.find(|place| !known.renamed.contains(&place.site))?;
    let is_known = !told.is_empty() && !known.has_more_losses(ran);
    is_known.then(|| Finding::Lost(lost.clone()))
}

impl Finding {
    /// The points of a list.
    pub(super) fn points(&self) -> Vec<String> {
        match self {
            Finding::Unbalanced(problems) => problems.iter().map(ToString::to_string).collect(),
            Finding::Outlived(records) => records.iter().map(as_outlived).collect(),
            Finding::Leaks(leaks) => leaks.iter().map(|leak| format!("left: {leak}")).collect(),
            finding => vec![finding.to_string()],
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Finding::Fails => f.write_str("it failed, although nothing was injected"),
            Finding::Panics(message) => write!(f, "it panicked of its own: {message}"),
            Finding::Swallowed { place, panic } => {
                let what = if *panic { "panic" } else { "error" };
                write!(
                    f,
                    "the {what} at `{place}` was swallowed: `on_lost_error` was not told of it\nhelp: a context whose body can fail wants `try_with`; where the scenario may try again, say `may_recover()`"
                )
            }
            Finding::Lost(place) => write!(
                f,
                "the error at `{place}` was lost: it is not in what was returned, and `on_lost_error` was not told of it"
            ),
            Finding::Unbalanced(_) | Finding::Outlived(_) => f.write_str(&self.points().join("\n")),
            Finding::NotMet(sites) => {
                let sites: Vec<_> = sites.iter().map(|site| format!("`{site}`")).collect();
                let sites = sites.join(", ");
                write!(
                    f,
                    "it has not come to what is to go wrong; its sites are {sites}"
                )
            }
            Finding::Leaks(leaks) => write!(f, "{leaks}"),
            Finding::Check(message) => write!(f, "`after_each` panicked: {message}"),
        }
    }
}

fn as_outlived(record: &Record) -> String {
    let (name, at) = (record.name(), record.opened().location());
    format!(
        "`{name}` was still open after the end, and was closed with the runtime (opened at {}:{})",
        at.file(),
        at.line()
    )
}
