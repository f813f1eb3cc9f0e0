//! The timeline as text of 80 columns.

use std::collections::BTreeSet;
use std::fmt;
use std::format;
use std::string::String;
use std::vec::Vec;

use super::super::plain::{self, WIDTH};
use super::row::{Axis, Mark, Row, Sign, rows};
use super::selection::{Line, lines};
use super::{Timeline, bar};

pub(super) const NOTHING: &str = "no resource has been opened";

/// As many as fit on a screen together with what is wrong.
const ROWS: usize = 40;

/// The least that a bar takes.
const BAR: usize = 16;

impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = rows(self);
        if rows.is_empty() {
            return writeln!(f, "{NOTHING}");
        }
        let lines = lines(&rows, ROWS);
        let table = Table::new(&lines);
        table.heading(f)?;
        for line in &lines {
            match line {
                Line::Row(row) => table.row(f, row)?,
                Line::LeftOut { wrong, .. } => {
                    let sign = if *wrong > 0 {
                        Mark::Wrong
                    } else {
                        Mark::Nothing
                    };
                    writeln!(f, "{} {}", mark(sign), left_out(line))?;
                }
            }
        }
        match legend(&table.rows).as_str() {
            "" => Ok(()),
            legend => writeln!(f, "  {legend}"),
        }
    }
}

/// What stands where rows are not shown.
pub(super) fn left_out(line: &Line<'_, '_>) -> String {
    match line {
        Line::Row(_) => String::new(),
        Line::LeftOut { rows: 1, wrong } => format!("… 1 row left out{}", marked(*wrong)),
        Line::LeftOut { rows, wrong } => format!("… {rows} rows left out{}", marked(*wrong)),
    }
}

fn marked(wrong: usize) -> String {
    match wrong {
        0 => String::new(),
        wrong => format!(", {wrong} of them marked"),
    }
}

pub(super) fn mark(mark: Mark) -> &'static str {
    match mark {
        Mark::Nothing => " ",
        Mark::Related => "↳",
        Mark::Wrong => "✗",
    }
}

/// The rows that are shown, and how wide each column is.
struct Table<'r, 't> {
    rows: Vec<&'r Row<'t>>,
    axis: Axis,
    name: usize,
    /// With the space before it, or nothing where there is one thread alone.
    thread: usize,
    bar: usize,
    held: usize,
    end: usize,
}

impl<'r, 't> Table<'r, 't> {
    fn new(lines: &[Line<'r, 't>]) -> Self {
        let rows: Vec<_> = lines.iter().filter_map(Line::row).collect();
        let threads = of_threads(&rows);
        let name = widest(&rows, Row::name).clamp(8, if threads > 0 { 14 } else { 18 });
        let held = widest(&rows, Row::held).max(4);
        let left = WIDTH - (2 + name + threads + 1 + 1 + held + 2);
        let end = widest(&rows, |row| row.end().concat()).clamp(7, left - BAR);
        Table {
            axis: Axis::new(&rows),
            rows,
            name,
            thread: threads,
            bar: left - end,
            held,
            end,
        }
    }

    fn heading(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = "outcome";
        self.line(
            f,
            [" ", "resource", "thread", "events in order", "held", end],
        )
    }

    fn row(&self, f: &mut fmt::Formatter<'_>, row: &Row<'_>) -> fmt::Result {
        let bar = bar::bar(row, &self.axis, self.bar);
        let end = shortened(&row.end(), self.end);
        self.line(
            f,
            [
                mark(row.mark),
                &row.name(),
                &row.thread(),
                &bar,
                &row.held(),
                &end,
            ],
        )
    }

    fn line(&self, f: &mut fmt::Formatter<'_>, columns: [&str; 6]) -> fmt::Result {
        let [mark, name, thread, bar, held, end] = columns;
        write!(
            f,
            "{mark} {} ",
            padded(&plain::beginning(name, self.name), self.name)
        )?;
        if let Some(width) = self.thread.checked_sub(1) {
            write!(f, "{} ", padded(&plain::end(thread, width), width))?;
        }
        let held = format!("{held:>width$}", width = self.held);
        writeln!(f, "{} {held}  {end}", padded(bar, self.bar))
    }
}

/// What the signs mean that are there.
pub(super) fn legend(rows: &[&Row<'_>]) -> String {
    let has = |sign| rows.iter().any(|row| row.has(sign));
    let open = rows.iter().any(|row| row.record.is_open());
    let related = rows.iter().any(|row| row.mark == Mark::Related);
    let of = bar::character;
    let signs = [
        (open, bar::STILL_OPEN, "not closed"),
        (has(Sign::Error), of(Sign::Error), "error"),
        (
            has(Sign::ClosedAgain),
            of(Sign::ClosedAgain),
            "closed again",
        ),
        (
            has(Sign::UsedAfterClose),
            of(Sign::UsedAfterClose),
            "used after close",
        ),
        (related, '↳', "to close first"),
    ];
    let there = signs.iter().filter(|(there, ..)| *there);
    let legend: Vec<_> = there
        .map(|(_, sign, text)| format!("{sign} {text}"))
        .collect();
    legend.join("  ")
}

/// How wide the column of the threads is.
fn of_threads(rows: &[&Row<'_>]) -> usize {
    if several_threads(rows) {
        return widest(rows, Row::thread).clamp(6, 10) + 1;
    }
    0
}

pub(super) fn several_threads(rows: &[&Row<'_>]) -> bool {
    let threads: BTreeSet<_> = rows.iter().map(|row| row.thread()).collect();
    threads.len() > 1
}

pub(super) fn widest<'t>(rows: &[&Row<'t>], column: impl Fn(&Row<'t>) -> String) -> usize {
    let widths = rows.iter().map(|row| plain::columns(&column(row)));
    widths.max().unwrap_or(0)
}

fn padded(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(plain::columns(text));
    format!("{text}{:missing$}", "")
}

/// What is wrong matters more than how it ended, which is shortened first.
pub(super) fn shortened(parts: &[String], width: usize) -> String {
    let [outcome, rest @ ..] = parts else {
        return String::new();
    };
    let wrong = rest.iter().find(|part| part.starts_with(" — "));
    let room = width.saturating_sub(wrong.map_or(0, |wrong| plain::columns(wrong)));
    let outcome = match wrong {
        Some(_) => plain::beginning(outcome, room.max(8)),
        None => outcome.clone(),
    };
    plain::beginning(&(outcome + &rest.concat()), width)
}
