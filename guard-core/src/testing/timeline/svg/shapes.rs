//! A bar and what is drawn on it.

use std::format;
use std::string::String;

use super::super::row::{Axis, Row, Sign};
use super::{BAR, ROW};
use crate::testing::{Close, Outcome};

/// What is never closed goes on beyond the last event of all, by so much.
const BEYOND: usize = 24;

/// The corner at the top left is at `(x, y)`.
pub(super) fn bar(row: &Row<'_>, axis: &Axis, (x, y): (usize, usize)) -> String {
    let place = |order| x + 4 + axis.place(order, BAR - BEYOND);
    let (opened, middle) = (place(row.opened()), y + ROW / 2);
    let mut svg = match row.closed() {
        Some(closed) => {
            let after = (place(closed), place(row.last()));
            between(after, middle) + &closed_bar(row, (opened, place(closed)), middle)
        }
        None => open_bar(opened, x + BAR, middle),
    };
    for &(order, sign) in &row.events {
        svg += &drawn(sign, place(order), middle);
    }
    svg
}

fn closed_bar(row: &Row<'_>, (opened, closed): (usize, usize), middle: usize) -> String {
    let class = match row.record.closes().first().map(Close::outcome) {
        Some(Outcome::Failed(_)) => "failed",
        Some(Outcome::Panicked) => "panicked",
        Some(Outcome::Dropped) => "dropped",
        Some(Outcome::Completed) | None => "completed",
    };
    let (y, width) = (middle - 6, (closed - opened).max(4));
    format!(
        "<rect class=\"{class}\" x=\"{opened}\" y=\"{y}\" width=\"{width}\" height=\"12\" rx=\"2\"/>\n"
    )
}

/// It has a head in the place of an end.
fn open_bar(opened: usize, edge: usize, middle: usize) -> String {
    let (top, bottom, neck) = (middle - 6, middle + 6, edge - 12);
    format!(
        "<path class=\"open\" d=\"M{opened} {top}H{neck}V{}L{edge} {middle}L{neck} {}V{bottom}H{opened}Z\"/>\n",
        top - 4,
        bottom + 4
    )
}

fn between((from, to): (usize, usize), y: usize) -> String {
    format!("<line class=\"after\" x1=\"{from}\" x2=\"{to}\" y1=\"{y}\" y2=\"{y}\"/>\n")
}

fn drawn(sign: Sign, x: usize, y: usize) -> String {
    let (left, right, top, bottom) = (x - 5, x + 5, y - 5, y + 5);
    match sign {
        Sign::Opened | Sign::Closed => String::new(),
        Sign::Error => format!(
            "<circle class=\"error\" cx=\"{x}\" cy=\"{y}\" r=\"6\"/>\
             <text class=\"wrong\" x=\"{x}\" y=\"{}\" text-anchor=\"middle\">!</text>\n",
            y + 4
        ),
        Sign::ClosedAgain => format!(
            "<path class=\"again\" d=\"M{left} {top}L{right} {bottom}M{left} {bottom}L{right} {top}\"/>\n"
        ),
        Sign::UsedAfterClose => format!(
            "<path class=\"sign\" d=\"M{left} {y}L{x} {top}L{right} {y}L{x} {bottom}Z\"/>\n"
        ),
    }
}
