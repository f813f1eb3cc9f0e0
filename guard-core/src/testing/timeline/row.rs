//! What there is to show of one resource, whatever it is drawn with.

use std::format;
use std::string::{String, ToString};
use std::time::Duration;
use std::vec;
use std::vec::Vec;

use super::super::plain;
use super::super::tracker::{Outcome, Problem, Record};
use super::{Timeline, times};

/// One resource.
pub(super) struct Row<'t> {
    pub(super) record: &'t Record,
    pub(super) mark: Mark,
    /// What is wrong with it.
    notes: Vec<String>,
    /// What has happened to it, by order, beginning with its opening.
    pub(super) events: Vec<(usize, Sign)>,
    now: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    Nothing,
    /// It should have been closed before one that is wrong.
    Related,
    Wrong,
}

/// What is drawn on a bar. Where there is room for one alone, it is the last of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sign {
    Opened,
    Closed,
    Error,
    ClosedAgain,
    UsedAfterClose,
}

/// A row for each record, in the same order.
pub(super) fn rows(timeline: &Timeline) -> Vec<Row<'_>> {
    let records = timeline.records.iter();
    let mut rows: Vec<_> = records
        .map(|record| Row::new(record, timeline.now))
        .collect();
    for problem in &timeline.problems {
        mark(&mut rows, problem);
    }
    rows
}

fn mark(rows: &mut [Row<'_>], problem: &Problem) {
    for (n, record) in problem.records().into_iter().enumerate() {
        let Some(row) = find(rows, record) else {
            continue;
        };
        if n == 0 {
            row.mark = Mark::Wrong;
            row.note(plain::one_line(&problem.in_short()));
        } else {
            row.mark = row.mark.max(Mark::Related);
        }
    }
}

fn find<'r, 't>(rows: &'r mut [Row<'t>], record: &Record) -> Option<&'r mut Row<'t>> {
    let order = |record: &Record| record.opened().order();
    let found = rows.binary_search_by_key(&order(record), |row| order(row.record));
    let row = &mut rows[found.ok()?];
    row.record.is_of_same(record).then_some(row)
}

impl<'t> Row<'t> {
    fn new(record: &'t Record, now: Duration) -> Self {
        Row {
            record,
            mark: Mark::Nothing,
            notes: Vec::new(),
            events: events(record),
            now,
        }
    }

    /// The same may be wrong in the eyes of several assertions.
    fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    pub(super) fn name(&self) -> String {
        plain::one_line(self.record.name())
    }

    pub(super) fn thread(&self) -> String {
        plain::one_line(self.record.opened().thread())
    }

    pub(super) fn opened(&self) -> usize {
        self.record.opened().order()
    }

    pub(super) fn closed(&self) -> Option<usize> {
        let close = self.record.closes().first()?;
        Some(close.moment().order())
    }

    /// The order of the last that has happened to it.
    pub(super) fn last(&self) -> usize {
        self.events
            .last()
            .map_or(self.opened(), |&(order, _)| order)
    }

    pub(super) fn has(&self, sign: Sign) -> bool {
        self.events.iter().any(|&(_, of_event)| of_event == sign)
    }

    /// For how long it was open, or has been so far.
    pub(super) fn held(&self) -> String {
        let opened = self.record.opened().time();
        match self.record.closes().first() {
            Some(close) => times::short(close.moment().time().saturating_sub(opened)),
            None => format!("> {}", times::short(self.now.saturating_sub(opened))),
        }
    }

    /// How it ended, what is wrong with it, and the errors.
    pub(super) fn end(&self) -> Vec<String> {
        let mut notes = self.notes.clone();
        let never = self.record.is_open();
        notes.retain(|note| !never || note != "never closed");
        let mut parts = vec![self.outcomes()];
        if !notes.is_empty() {
            parts.push(format!(" — {}", notes.join(", ")));
        }
        parts.extend(self.errors());
        parts
    }

    fn outcomes(&self) -> String {
        match self.record.closes() {
            [] if self.mark == Mark::Wrong => "never closed".into(),
            [] => "still open".into(),
            closes => {
                let outcomes = closes.iter().take(8).map(|close| outcome(close.outcome()));
                outcomes.collect::<Vec<_>>().join(", ")
            }
        }
    }

    fn errors(&self) -> Option<String> {
        let errors = self.record.errors();
        let first = plain::one_line(&format!("{:?}", errors.first()?));
        Some(match errors.len() {
            1 => format!(" ! {first}"),
            count => format!(" ! {count} errors, first {first}"),
        })
    }
}

fn outcome(outcome: &Outcome) -> String {
    plain::one_line(&outcome.to_string())
}

fn events(record: &Record) -> Vec<(usize, Sign)> {
    let mut events = vec![(record.opened().order(), Sign::Opened)];
    let closes = record.closes().iter().enumerate();
    events.extend(closes.map(|(n, close)| {
        let sign = if n == 0 {
            Sign::Closed
        } else {
            Sign::ClosedAgain
        };
        (close.moment().order(), sign)
    }));
    let uses = record.used_after_close().iter();
    events.extend(uses.map(|moment| (moment.order(), Sign::UsedAfterClose)));
    let errors = record.error_moments().into_iter();
    events.extend(errors.map(|moment| (moment.order(), Sign::Error)));
    events.sort_unstable();
    events
}

/// Where the events of some rows are, from left to right.
pub(super) struct Axis {
    orders: Vec<usize>,
}

impl Axis {
    pub(super) fn new(rows: &[&Row<'_>]) -> Self {
        let events = rows.iter().flat_map(|row| &row.events);
        let mut orders: Vec<_> = events.map(|&(order, _)| order).collect();
        orders.sort_unstable();
        Axis { orders }
    }

    /// The place of an event, from 0 to `width - 1`. Two share one only if there are more than that.
    pub(super) fn place(&self, order: usize, width: usize) -> usize {
        let rank = self.orders.partition_point(|&other| other < order);
        rank * (width - 1) / (self.orders.len() - 1).max(1)
    }
}
