//! Text of other people, made to fit where it is printed.

use std::string::String;

/// How many columns there are.
pub(super) const WIDTH: usize = 80;

/// On one line, and without characters that a terminal would obey.
// Input:  "no such\n    table\u{1b}[31m"
// Output: "no such table\u{fffd}[31m"
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut broken = false;
    for c in text.chars() {
        let breaks = matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}');
        let skipped = broken && (breaks || c == ' ');
        broken = breaks || skipped;
        match c {
            _ if skipped => {}
            _ if breaks || c == '\t' => line.push(' '),
            _ if c.is_control() || turns_direction(c) => line.push('\u{fffd}'),
            c => line.push(c),
        }
    }
    line
}

/// The marks that have a terminal write from right to left.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// How many columns it takes. Every character counts as one, even if it is drawn over the one before,
/// and those that East Asian fonts draw wide, and emoji, as two.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

fn columns_of(c: char) -> usize {
    let wide = matches!(c,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{303e}' | '\u{3041}'..='\u{a4cf}'
        | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}' | '\u{1f680}'..='\u{1f6ff}' | '\u{1f900}'..='\u{1f9ff}'
        | '\u{20000}'..='\u{3fffd}');
    1 + usize::from(wide)
}

/// Its beginning, with `…` in the place of what does not fit.
pub(super) fn beginning(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.into();
    }
    let mut short = fitting(text.chars(), width);
    short.push('…');
    short
}

/// Its end, with `…` in the place of what does not fit.
pub(super) fn end(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.into();
    }
    let backwards = fitting(text.chars().rev(), width);
    let mut short = String::from("…");
    short.extend(backwards.chars().rev());
    short
}

/// As many as leave room for `…`.
fn fitting(chars: impl Iterator<Item = char>, width: usize) -> String {
    let mut left = width.saturating_sub(1);
    chars
        .take_while(|&c| {
            let fits = columns_of(c) <= left;
            left = left.saturating_sub(columns_of(c));
            fits
        })
        .collect()
}

/// Lines of at most 80 columns, broken at spaces. `first` is before the first of them, and `others`
/// before the others. A word that is longer than a line stays whole: it is a path that is to be clicked
/// at, or a command to be copied.
pub(super) fn wrapped(text: &str, first: &str, others: &str) -> String {
    let mut wrapped = String::from(first);
    let mut used = columns(first);
    for (n, word) in text.split(' ').enumerate() {
        let needs = columns(word);
        if n > 0 && used + 1 + needs > WIDTH {
            wrapped.extend(["\n", others]);
            used = columns(others);
        } else if n > 0 {
            wrapped.push(' ');
            used += 1;
        }
        wrapped.push_str(word);
        used += needs;
    }
    wrapped
}
