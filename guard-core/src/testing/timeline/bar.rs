use std::string::String;
use std::vec;

use super::row::{Axis, Row, Sign};

pub(super) const STILL_OPEN: char = '▶';

pub(super) fn character(sign: Sign) -> char {
    match sign {
        Sign::Opened => '┣',
        Sign::Closed => '┫',
        Sign::Error => '!',
        Sign::ClosedAgain => '╳',
        Sign::UsedAfterClose => '◆',
    }
}

/// A bar of `width` characters. Only what is never closed goes on to the last of them.
// Input:  opened, an error, closed, used after that
// Output: ┣━━!━━┫┄┄◆
pub(super) fn bar(row: &Row<'_>, axis: &Axis, width: usize) -> String {
    let place = |order| axis.place(order, width - 1);
    let opened = place(row.opened());
    let mut cells = vec![' '; width];
    match row.closed() {
        Some(closed) => {
            cells[opened..=place(closed)].fill('━');
            cells[place(closed)..=place(row.last())].fill('┄');
        }
        None => {
            cells[opened..].fill('━');
            cells[width - 1] = STILL_OPEN;
        }
    }
    let mut events = row.events.clone();
    events.sort_unstable_by_key(|&(_, sign)| sign);
    for (order, sign) in events {
        let both = sign == Sign::Closed && place(order) == opened;
        cells[place(order)] = if both { '┃' } else { character(sign) };
    }
    cells.into_iter().collect()
}
