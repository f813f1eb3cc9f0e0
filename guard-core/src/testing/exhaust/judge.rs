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
use crate::testing::{Leak, Leaks, Outcome, Plan, Problem, Record};

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

impl<'a> Exhaust<'a> {
    /// Runs the scenario once, and again if it leaks: what is made once for the whole process leaks
    /// the first time only. A file is none of that, and would be there before the second time.
    pub(super) fn run_once(
        &mut self,
        number: usize,
        plan: &Plan,
        once: &mut impl FnMut(&Arc<Run>, &mut BlockOn<'a>) -> End,
    ) -> (Ran, Vec<Finding>) {
        let (ran, leaks) = self.run_and_compare(number, plan, once);
        let (ran, leaks) = match leaks {
            Some(leaks) if !leaks.iter().any(is_file) => self.run_and_compare(number, plan, once),
            leaks => (ran, leaks),
        };
        let mut findings = self.rules.judge(&ran);
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
        let leaks = watch.map(|watch| watch.finish());
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

impl Rules {
    fn judge(self, ran: &Ran) -> Vec<Finding> {
        let mut findings: Vec<_> = self.end(ran).into_iter().collect();
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

    fn end(self, ran: &Ran) -> Option<Finding> {
        // A fault that the run has not come to has not gone wrong.
        let nothing_wrong = ran.seen.injected.is_empty() && ran.seen.cancelled.is_none();
        match (&ran.end.outcome, &ran.end.panic) {
            (Outcome::Failed(_), _) if nothing_wrong => Some(Finding::Fails),
            (Outcome::Panicked, Some(message)) if !ran.seen.panicked() => {
                Some(Finding::Panics(message.clone()))
            }
            (Outcome::Completed, _) if !self.may_recover => swallowed(ran),
            (Outcome::Failed(error), _) if !self.may_recover => lost(ran, error),
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

/// What was injected first, where the scenario has succeeded and nobody was told.
fn swallowed(ran: &Ran) -> Option<Finding> {
    if !ran.lost.is_empty() {
        return None;
    }
    let (place, panic) = ran.seen.first_injected()?;
    Some(Finding::Swallowed {
        place: place.clone(),
        panic,
    })
}

/// An error that nobody was told, where another one that was injected is told in full. Where none is
/// recognised, the scenario has errors of its own, and there is nothing to be known.
fn lost(ran: &Ran, error: &str) -> Option<Finding> {
    let told = |place: &&Place| {
        let mut texts = ran.lost.iter().map(String::as_str).chain([error]);
        texts.any(|text| place.is_named_in(text))
    };
    let (found, missing): (Vec<_>, Vec<_>) = ran.seen.errors().partition(told);
    // A loss of which the text is of another error may be of this one.
    let unknown = ran.lost.len().saturating_sub(found.len().saturating_sub(1));
    if found.is_empty() || missing.len() <= unknown {
        return None;
    }
    Some(Finding::Lost(missing[0].clone()))
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
