//! The one table.

use std::fmt::{self, Display};

use crate::row::{Beside, Limit, Row, Verdict};

/// Prints rows under the headings of their sections.
pub struct Table<'r>(pub &'r [Row]);

impl Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |name: fn(&Row) -> &String| self.0.iter().map(|row| name(row).len()).max();
        let columns =
            [width(|row| &row.what), width(|row| &row.against)].map(Option::unwrap_or_default);
        let mut before: Option<&Row> = None;
        for row in self.0 {
            if !before.is_some_and(|before| row.goes_on_from(before)) {
                heading(f, row, columns)?;
            }
            line(f, row, columns)?;
            before = Some(row);
        }
        Ok(())
    }
}

/// `columns` are the widths of the first two.
fn heading(f: &mut fmt::Formatter<'_>, row: &Row, columns: [usize; 2]) -> fmt::Result {
    let [what, against] = columns;
    writeln!(f, "\n{}, in {}", row.section, row.unit)?;
    write!(
        f,
        "{:what$} {:against$} {:>10} {:>10} {:>6} {:>5}  {:8}",
        "what", "against", "ours", "theirs", "ratio", "bar", ""
    )?;
    for beside in &row.beside {
        write!(f, "  {:>20}", beside.unit)?;
    }
    writeln!(f)
}

fn line(f: &mut fmt::Formatter<'_>, row: &Row, columns: [usize; 2]) -> fmt::Result {
    let [what, against] = columns;
    let bar = row.bar.map_or(String::new(), |bar| limit(bar.limit));
    write!(
        f,
        "{:what$} {:against$} {:>10} {:>10} {:>6} {bar:>5}  {:8}",
        row.what,
        row.against,
        Figure(row.ours),
        Figure(row.theirs),
        ratio(row),
        word(row.verdict()),
    )?;
    for beside in &row.beside {
        write!(f, "  {:>20}", both(beside))?;
    }
    writeln!(f)
}

fn limit(limit: Limit) -> String {
    match limit {
        Limit::AtMost(ratio) => format!("{ratio:.2}"),
        Limit::Below(ratio) => format!("<{ratio:.2}"),
        Limit::Count(count) => format!("{count:.0}"),
    }
}

/// There is none to nothing.
fn ratio(row: &Row) -> String {
    if row.theirs == 0.0 {
        return "-".to_owned();
    }
    format!("{:.2}", row.ratio())
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Told => "",
        Verdict::Met => "met",
        Verdict::AccountedFor => "known",
        Verdict::Missed => "MISSED",
    }
}

fn both(beside: &Beside) -> String {
    format!("{} / {}", Figure(beside.ours), Figure(beside.theirs))
}

/// Small figures with a place behind the point, large ones in thousands.
struct Figure(f64);

impl Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.0 {
            whole if whole.fract().abs() < 0.05 && whole < 100_000.0 => format!("{whole:.0}"),
            small if small < 1_000.0 => format!("{small:.1}"),
            large if large < 100_000.0 => format!("{large:.0}"),
            huge => format!("{:.0}k", huge / 1_000.0),
        };
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Figure, Table};
    use crate::row::{Bar, Beside, Known, Limit, Row};

    fn row(ours: f64, bar: Option<Bar>) -> Row {
        Row {
            section: "run time",
            what: "with".to_owned(),
            against: "Drop by hand".to_owned(),
            unit: "instructions",
            ours,
            theirs: 20.0,
            bar,
            beside: vec![Beside {
                unit: "ns",
                ours: 2.5,
                theirs: 2.0,
            }],
        }
    }

    #[test]
    fn a_row_says_how_it_stands() {
        let bar = Bar::of(Limit::AtMost(1.0)).missed_by(Known::Beyond(1.0));
        let rows = [20.0, 24.0, 25.0].map(|ours| row(ours, Some(bar)));
        let table = Table(&rows).to_string();
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(
            lines.len(),
            6,
            "an empty line, two of the heading, and the rows: {table}"
        );
        assert!(lines[1].starts_with("run time, in instructions"), "{table}");
        for (line, word) in lines[2..].iter().zip(["ns", "met", "known", "MISSED"]) {
            assert!(line.contains(word), "{line} has to say {word}");
        }
    }

    #[test]
    fn another_unit_has_another_heading() {
        let bytes = Row {
            unit: "bytes",
            what: "a long name of something".to_owned(),
            ..row(1.0, None)
        };
        let table = Table(&[row(20.0, None), bytes]).to_string();
        assert!(table.contains("run time, in bytes"), "{table}");
        let against = |line: &str| line.find("Drop by hand");
        let lines: Vec<_> = table.lines().filter_map(against).collect();
        assert_eq!(lines, [25, 25], "{table}");
    }

    #[test]
    fn figures_are_as_precise_as_they_are_large() {
        let figures = [33.0, 33.04, 33.14, 1234.5, 1_234_567.0].map(|it| Figure(it).to_string());
        assert_eq!(figures, ["33", "33", "33.1", "1234", "1235k"]);
    }
}
