//! Which rows are shown, where there are too many for all of them.

use std::collections::BTreeSet;
use std::vec::Vec;

use super::row::{Mark, Row};

/// What stands where rows may stand.
pub(super) enum Line<'r, 't> {
    Row(&'r Row<'t>),
    LeftOut {
        rows: usize,
        /// How many of them are marked as wrong.
        wrong: usize,
    },
}

impl<'r, 't> Line<'r, 't> {
    pub(super) fn row(&self) -> Option<&'r Row<'t>> {
        match self {
            Line::Row(row) => Some(row),
            Line::LeftOut { .. } => None,
        }
    }
}

/// All rows if they are not more than `limit`; otherwise those that are wrong, with what they are
/// related to and the neighbours of all of them; or the first and the last, if none is wrong.
pub(super) fn lines<'r, 't>(rows: &'r [Row<'t>], limit: usize) -> Vec<Line<'r, 't>> {
    let shown = shown(rows, limit);
    let mut lines = Vec::new();
    let mut next = 0;
    for index in shown.into_iter().chain([rows.len()]) {
        if index > next {
            let left_out = &rows[next..index];
            lines.push(Line::LeftOut {
                rows: left_out.len(),
                wrong: left_out
                    .iter()
                    .filter(|row| row.mark == Mark::Wrong)
                    .count(),
            });
        }
        lines.extend(rows.get(index).map(Line::Row));
        next = index + 1;
    }
    lines
}

fn shown(rows: &[Row<'_>], limit: usize) -> BTreeSet<usize> {
    if rows.len() <= limit {
        return (0..rows.len()).collect();
    }
    let marked = |index: &usize| rows[*index].mark > Mark::Nothing;
    let mut shown = BTreeSet::new();
    for index in (0..rows.len()).filter(marked) {
        let neighbours = index.saturating_sub(1)..(index + 2).min(rows.len());
        if shown.len() + neighbours.len() > limit {
            break;
        }
        shown.extend(neighbours);
    }
    if shown.is_empty() {
        shown.extend((0..limit / 2).chain(rows.len() - limit / 2..rows.len()));
    }
    shown
}
