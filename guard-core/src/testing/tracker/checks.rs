//! What is wrong with the books. Nothing here panics, or prints.

use std::collections::BTreeSet;
use std::string::String;
use std::vec::Vec;

use super::outcome::Outcome;
use super::problem::Problem;
use super::record::{Close, Record};

pub(super) fn unbalanced(records: &[Record]) -> Vec<Problem> {
    records.iter().flat_map(of_one).collect()
}

fn of_one(record: &Record) -> impl Iterator<Item = Problem> {
    let never = record.is_open();
    let again = record.closes.len() > 1;
    let used = !record.used_after_close.is_empty();
    [
        never.then(|| Problem::NeverClosed(record.clone())),
        again.then(|| Problem::ClosedAgain(record.clone())),
        used.then(|| Problem::UsedAfterClose(record.clone())),
    ]
    .into_iter()
    .flatten()
}

/// Each resource that was closed while one that was opened after it was open, and was closed later.
/// What is never closed takes no part, and only the first close of a resource counts.
pub(super) fn out_of_order(records: &[Record]) -> Vec<Problem> {
    let mut order = Vec::new();
    for (index, record) in records.iter().enumerate() {
        if let Some(close) = record.closes.first() {
            order.push((close.moment.order, index));
        }
    }
    order.sort_unstable();
    let mut open: BTreeSet<usize> = order.iter().map(|&(_, index)| index).collect();
    let mut early = Vec::new();
    for (closed_at, index) in order {
        open.remove(&index);
        let next = open.range(index..).next();
        if let Some(&inner) = next.filter(|&&inner| records[inner].opened.order < closed_at) {
            early.push((index, inner));
        }
    }
    early.sort_unstable();
    early
        .into_iter()
        .map(|(closed, open)| Problem::OutOfOrder {
            closed: records[closed].clone(),
            still_open: records[open].clone(),
        })
        .collect()
}

/// The closes of all resources, in order.
pub(super) fn closes(records: &[Record]) -> Vec<(&Record, &Close)> {
    let of_one = |record| {
        Record::closes(record)
            .iter()
            .map(move |close| (record, close))
    };
    let mut closes: Vec<_> = records.iter().flat_map(of_one).collect();
    closes.sort_unstable_by_key(|(_, close)| close.moment.order);
    closes
}

/// Where the closes are others than expected, leaving aside what is the same at either end.
pub(super) fn unexpected(records: &[Record], expected: &[(String, Outcome)]) -> Vec<Problem> {
    let found = closes(records);
    let same = |(expected, found): &(&(String, Outcome), &(&Record, &Close))| {
        expected.0 == found.0.name() && expected.1 == found.1.outcome
    };
    let before = expected.iter().zip(&found).take_while(same).count();
    let (expected, found) = (&expected[before..], &found[before..]);
    let backwards = expected.iter().rev().zip(found.iter().rev());
    let after = backwards.take_while(same).count();
    let expected = &expected[..expected.len() - after];
    let found = &found[..found.len() - after];
    (0..expected.len().max(found.len()))
        .filter_map(|n| difference(before + n + 1, expected.get(n), found.get(n)))
        .collect()
}

fn difference(
    place: usize,
    expected: Option<&(String, Outcome)>,
    found: Option<&(&Record, &Close)>,
) -> Option<Problem> {
    match (expected, found) {
        (Some((name, outcome)), Some((record, close)))
            if name == record.name() && *outcome == close.outcome =>
        {
            None
        }
        (expected, Some((record, close))) => Some(Problem::Unexpected {
            place,
            record: (*record).clone(),
            close: (*close).clone(),
            expected: expected.cloned(),
        }),
        (Some((name, outcome)), None) => Some(Problem::Missing {
            place,
            name: name.clone(),
            outcome: outcome.clone(),
        }),
        (None, None) => None,
    }
}
