//! All that the books say of one resource, line by line.

use std::format;
use std::string::String;
use std::vec;

use super::super::super::plain::{beginning, one_line};
use super::super::super::tracker::{Moment, line};
use super::super::row::Row;
use super::super::times;

pub(super) fn of(row: &Row<'_>) -> String {
    let record = row.record;
    let mut lines = vec![row.name(), format!("opened {}", at(record.opened()))];
    let errors = record.errors().into_iter().zip(record.error_moments());
    lines.extend(errors.map(|(error, moment)| {
        let error = beginning(&one_line(&format!("{error:?}")), 200);
        format!("error {error} {}", at(moment))
    }));
    let closes = record.closes().iter();
    lines.extend(closes.map(|close| {
        let outcome = one_line(&format!("{}", close.outcome()));
        format!("closed {} {}", beginning(&outcome, 200), at(close.moment()))
    }));
    let uses = record.used_after_close().iter();
    lines.extend(uses.map(|moment| format!("used after close {}", at(moment))));
    lines.join("\n")
}

fn at(moment: &Moment) -> String {
    format!(
        "at {} on thread {} after {}",
        line(moment.location()),
        one_line(moment.thread()),
        times::short(moment.time())
    )
}
