//! What is counted without being measured: bytes of contexts, guards, frames and futures, and wake-ups.

use crate::cases;
use crate::row::{Bar, Limit, Row};

/// All of them, as the compiler of this program has laid them out.
#[must_use]
pub fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = cases::sizes().into_iter().map(of_size).collect();
    let (ours, theirs) = cases::wake_ups();
    rows.push(Row {
        section: "wake-ups",
        what: "async with".to_owned(),
        against: "open, body, close".to_owned(),
        unit: "wake-ups",
        ours: exactly(ours),
        theirs: exactly(theirs),
        bar: Some(Bar::of(Limit::AtMost(1.0))),
        beside: Vec::new(),
    });
    rows
}

fn of_size(size: cases::Size) -> Row {
    Row {
        section: "size",
        what: size.what.to_owned(),
        against: size.against.to_owned(),
        unit: "bytes",
        ours: exactly(size.ours as u64),
        theirs: exactly(size.theirs as u64),
        bar: None,
        beside: Vec::new(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "they are small")]
fn exactly(count: u64) -> f64 {
    count as f64
}
