//! The timeline as a document of its own.

mod markup;
mod shapes;
mod tooltip;

use std::format;
use std::string::String;
use std::vec::Vec;

use self::markup::escaped;
use super::super::plain;
use super::row::{Axis, Mark, Row, rows};
use super::selection::{Line, lines};
use super::{Timeline, text};

/// As many as a browser scrolls through at ease.
const ROWS: usize = 500;

/// Lengths in pixels.
const ROW: usize = 26;
const HEAD: usize = 40;
const BAR: usize = 480;

pub(super) fn document(timeline: &Timeline) -> String {
    let rows = rows(timeline);
    let lines = lines(&rows, ROWS);
    let picture = Picture::new(&lines);
    let (width, height) = (picture.end + 480, HEAD + ROW * (lines.len() + 1));
    let style = include_str!("style.css");
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>resources, from open to close</title>\n\
         <style>\n{style}</style>\n<rect class=\"ground\" width=\"{width}\" height=\"{height}\"/>\n"
    );
    svg.push_str(&picture.heading(width));
    for (n, line) in lines.iter().enumerate() {
        svg.push_str(&picture.line(line, HEAD + n * ROW, width));
    }
    svg.push_str(&picture.legend(HEAD + lines.len() * ROW));
    svg.push_str("</svg>\n");
    svg
}

/// What is shown, and where each column begins.
struct Picture<'r, 't> {
    rows: Vec<&'r Row<'t>>,
    axis: Axis,
    threads: bool,
    thread: usize,
    bar: usize,
    held: usize,
    end: usize,
}

impl<'r, 't> Picture<'r, 't> {
    fn new(lines: &[Line<'r, 't>]) -> Self {
        let rows: Vec<_> = lines.iter().filter_map(Line::row).collect();
        let threads = text::several_threads(&rows);
        let thread = 28 + wide(text::widest(&rows, Row::name).clamp(8, 30));
        let bar = thread + if threads { wide(22) } else { 0 };
        let held = bar + BAR + 16;
        Picture {
            axis: Axis::new(&rows),
            rows,
            threads,
            thread,
            bar,
            held,
            end: held + wide(9),
        }
    }

    fn heading(&self, width: usize) -> String {
        let y = HEAD - 16;
        let mut heading = written(28, y, "faint", "resource");
        if self.threads {
            heading += &written(self.thread, y, "faint", "thread");
        }
        heading += &written(
            self.bar,
            y,
            "faint",
            "from open to close, in order of events",
        );
        heading += &written(self.held, y, "faint", "held");
        heading += &written(self.end, y, "faint", "outcome");
        let y = HEAD - 6;
        heading += &format!(
            "<line class=\"line\" x1=\"12\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\"/>\n",
            width - 12
        );
        heading
    }

    fn line(&self, line: &Line<'_, '_>, y: usize, width: usize) -> String {
        match line {
            Line::Row(row) => self.row(row, y, width),
            left_out @ Line::LeftOut { .. } => {
                written(28, y + 17, "faint", &text::left_out(left_out))
            }
        }
    }

    fn row(&self, row: &Row<'_>, y: usize, width: usize) -> String {
        let base = y + 17;
        let mut svg = format!(
            "<g class=\"row\"><title>{}</title>\n",
            escaped(&tooltip::of(row))
        );
        // It has the whole row answer to the pointer.
        let (class, width) = (
            if row.mark == Mark::Wrong {
                "shade"
            } else {
                "ground"
            },
            width - 16,
        );
        svg += &format!(
            "<rect class=\"{class}\" x=\"8\" y=\"{y}\" width=\"{width}\" height=\"{ROW}\" rx=\"4\"/>\n"
        );
        svg += &written(12, base, "wrong", text::mark(row.mark));
        svg += &written(28, base, "", &plain::beginning(&row.name(), 30));
        if self.threads {
            svg += &written(self.thread, base, "faint", &plain::end(&row.thread(), 20));
        }
        svg += &shapes::bar(row, &self.axis, (self.bar, y));
        svg += &written(self.held, base, "faint", &row.held());
        let class = if row.mark == Mark::Wrong { "wrong" } else { "" };
        svg += &written(self.end, base, class, &text::shortened(&row.end(), 62));
        svg + "</g>\n"
    }

    fn legend(&self, y: usize) -> String {
        match text::legend(&self.rows) {
            legend if self.rows.is_empty() => {
                written(28, y, "faint", "no resource has been opened") + &legend
            }
            legend => written(28, y + 17, "faint", &legend),
        }
    }
}

/// The width of so many characters.
fn wide(columns: usize) -> usize {
    columns * 15 / 2
}

fn written(x: usize, y: usize, class: &str, text: &str) -> String {
    let text = escaped(text);
    format!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{text}</text>\n")
}
