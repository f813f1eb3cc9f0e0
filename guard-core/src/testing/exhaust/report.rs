use std::error;
use std::fmt;
use std::string::{String, ToString};
use std::sync::Arc;
use std::thread;
use std::vec::Vec;

use super::REPLAY;
use super::judge::Finding;
use super::ran::Ran;
use crate::testing::{Outcome, Plan, Timeline, plain};

/// So many runs are shown in full, the others as one line.
const IN_FULL: usize = 3;

/// How much was tried, where nothing has gone wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    pub(super) runs: usize,
    pub(super) sites: Vec<Arc<str>>,
    pub(super) awaits: usize,
    pub(super) missed: usize,
    pub(super) left_out: usize,
}

impl Summary {
    /// How many runs there were.
    #[must_use]
    pub fn runs(&self) -> usize {
        self.runs
    }

    /// The names of the sites that any run has come to.
    pub fn sites(&self) -> impl Iterator<Item = &str> {
        self.sites.iter().map(|site| &**site)
    }

    /// How often the future was pending in the longest run.
    #[must_use]
    pub fn awaits(&self) -> usize {
        self.awaits
    }

    /// In how many runs a fault was not come to, because the scenario did not go the same way again.
    #[must_use]
    pub fn missed(&self) -> usize {
        self.missed
    }

    /// How many runs were known of, and left out because of [`at_most`](super::Exhaust::at_most) or
    /// of too many that had gone wrong. There would have been more to follow them.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.left_out
    }
}

impl Summary {
    /// All but how many runs there were.
    fn rest(&self) -> String {
        let mut rest = std::format!(
            "{}, {}",
            counted(self.sites.len(), "site"),
            counted(self.awaits, "await")
        );
        if self.missed > 0 {
            let runs = counted(self.missed, "run");
            rest.extend(["; in ", &runs, " a fault was not come to"]);
        }
        if self.left_out > 0 {
            let runs = counted(self.left_out, "run");
            rest.extend(["; ", &runs, " or more left out"]);
        }
        rest
    }
}

fn counted(count: usize, what: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    std::format!("{count} {what}{ending}")
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", counted(self.runs, "run"), self.rest())
    }
}

/// What has gone wrong, for a person to read.
#[derive(Debug)]
pub struct Report {
    pub(super) summary: Summary,
    pub(super) failed: Vec<Failed>,
}

impl Report {
    /// How much was tried.
    #[must_use]
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// The plans of the runs that have gone wrong, simple ones first.
    pub fn plans(&self) -> impl Iterator<Item = &Plan> {
        self.failed.iter().map(|failed| &failed.plan)
    }
}

/// A run that has gone wrong.
#[derive(Debug)]
pub(super) struct Failed {
    number: usize,
    plan: Plan,
    outcome: Outcome,
    findings: Vec<Finding>,
    timeline: Option<Timeline>,
}

impl Failed {
    pub(super) fn new(ran: &Ran, findings: Vec<Finding>) -> Self {
        Failed {
            number: ran.number,
            plan: ran.plan().clone(),
            outcome: ran.outcome().clone(),
            timeline: timeline(ran, &findings),
            findings,
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.head(f)?;
        let ended = match &self.outcome {
            Outcome::Completed => "returned Ok".to_string(),
            Outcome::Failed(error) => std::format!("returned Err({error})"),
            Outcome::Panicked => "panicked".to_string(),
            Outcome::Dropped => "was dropped".to_string(),
        };
        wrapped(f, "  ", &std::format!("the scenario {ended}"))?;
        for point in self.findings.iter().flat_map(Finding::points) {
            wrapped(f, "  ✗ ", &point)?;
        }
        if let Some(timeline) = &self.timeline {
            write!(f, "\n{timeline}")?;
        }
        write!(
            f,
            "\n  to have this run alone:\n    {}\n",
            replay(&self.plan)
        )
    }

    fn head(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = std::format!("run {}: {}", self.number, self.plan.in_words());
        writeln!(f)?;
        wrapped(f, "", &head)
    }
}

/// `first` is before the first line, and as much space before the others.
fn wrapped(f: &mut fmt::Formatter<'_>, first: &str, text: &str) -> fmt::Result {
    let indent = " ".repeat(first.chars().count());
    let broken = if indent.is_empty() { "  " } else { &indent };
    for (n, line) in text.lines().enumerate() {
        let before = if n == 0 { first } else { &indent };
        writeln!(f, "{}", plain::wrapped(line, before, broken))?;
    }
    Ok(())
}

/// The books, with what is wrong in them marked.
fn timeline(ran: &Ran, findings: &[Finding]) -> Option<Timeline> {
    let problems = findings.iter().filter_map(|finding| match finding {
        Finding::Unbalanced(problems) => Some(&problems[..]),
        _ => None,
    });
    let timeline = ran.tracker().timeline();
    let marked = problems.fold(timeline, Timeline::marking);
    (ran.tracker().opened() > 0).then_some(marked)
}

// Input:  read#1=error, in the test `copies`
// Output: GUARD_EXHAUST='read#1=error' cargo test copies -- --exact
pub(super) fn replay(plan: &Plan) -> String {
    let thread = thread::current();
    let test = thread.name().filter(|name| *name != "main").unwrap_or("..");
    std::format!("{REPLAY}='{plan}' cargo test {test} -- --exact")
}

/// In short.
impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, words) = (self.number, self.plan.in_words());
        write!(f, "run {number}: {words}\n  {}", replay(&self.plan))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.failed.is_empty() && self.summary.left_out > 0 {
            return write!(
                f,
                "there is more to try than {}\nhelp: have fewer with `singly()` or a shorter scenario, or leave the rest\n      out with `at_most(..)`",
                self.summary
            );
        }
        if self.failed.is_empty() {
            return write!(
                f,
                "the scenario has come to no fault site\nhelp: name some with `faults.point(\"..\")?`, or have it work with\n      `faults.io(..)` or `faults.resource(..)`"
            );
        }
        let runs = counted(self.summary.runs, "run");
        let (failed, rest) = (self.failed.len(), self.summary.rest());
        let head = std::format!("{failed} of {runs} went wrong ({rest})");
        wrapped(f, "", &head)?;
        for failed in self.failed.iter().take(IN_FULL) {
            failed.write(f)?;
        }
        for failed in self.failed.iter().skip(IN_FULL) {
            failed.head(f)?;
            writeln!(f, "  {}", replay(&failed.plan))?;
        }
        Ok(())
    }
}

impl error::Error for Report {}
