//! The one table.

use std::fmt::{self, Display};

use crate::row::{Beside, Row, Verdict};

/// Prints rows under the headings of their sections.
pub struct Table<'r>(pub &'r [Row]);

impl Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut section = "";
        for row in self.0 {
            if row.section != section {
                section = row.section;
                heading(f, row)?;
            }
            line(f, row)?;
        }
        Ok(())
    }
}

fn heading(f: &mut fmt::Formatter<'_>, row: &Row) -> fmt::Result {
    writeln!(f, "\n{}, in {}", row.section, row.unit)?;
    write!(
        f,
        "{:34} {:26} {:>10} {:>10} {:>6} {:>5}  {:8}",
        "what", "against", "ours", "theirs", "ratio", "bar", ""
    )?;
    for beside in &row.beside {
        write!(f, "  {:>20}", beside.unit)?;
    }
    writeln!(f)
}

fn line(f: &mut fmt::Formatter<'_>, row: &Row) -> fmt::Result {
    let bar = row
        .bar
        .map_or(String::new(), |bar| format!("{:.2}", bar.limit));
    write!(
        f,
        "{:34} {:26} {:>10} {:>10} {:>6.2} {bar:>5}  {:8}",
        row.what,
        row.against,
        Figure(row.ours),
        Figure(row.theirs),
        row.ratio(),
        word(row.verdict()),
    )?;
    for beside in &row.beside {
        write!(f, "  {:>20}", both(beside))?;
    }
    writeln!(f)
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
    use crate::row::{Bar, Beside, Row};

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
        let bar = Bar::of(1.0).missed_by(5.0);
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
    fn figures_are_as_precise_as_they_are_large() {
        let figures = [33.0, 33.04, 33.14, 1234.5, 1_234_567.0].map(|it| Figure(it).to_string());
        assert_eq!(figures, ["33", "33", "33.1", "1234", "1235k"]);
    }
}
