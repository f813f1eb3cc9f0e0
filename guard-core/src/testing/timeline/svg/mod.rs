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
    let heights = (HEAD..).step_by(ROW);
    let rows = lines.iter().zip(heights);
    let rows: String = rows.map(|(line, y)| picture.line(line, y, width)).collect();
    let (heading, legend) = (picture.heading(width), picture.legend(height - ROW));
    let style = include_str!("style.css");
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>resources from open to close</title>\n<style>\n{style}</style>\n\
         <rect class=\"ground\" width=\"{width}\" height=\"{height}\"/>\n\
         {heading}{rows}{legend}</svg>\n"
    )
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
        let thread = 44 + wide(text::widest(&rows, Row::name).clamp(8, 30));
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
        let titles = [
            (28, "resource"),
            (self.thread, if self.threads { "thread" } else { "" }),
            (self.bar, "from open to close, in order of events"),
            (self.held, "held"),
            (self.end, "outcome"),
        ];
        let y = HEAD - 16;
        let titles = titles.map(|(x, title)| written(x, y, "faint", title));
        let (y, end) = (HEAD - 6, width - 12);
        let line = format!("<path class=\"line\" d=\"M12 {y}H{end}\"/>\n");
        titles.concat() + &line
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
        let (shade, ink) = match row.mark {
            Mark::Wrong => ("shade", "wrong"),
            Mark::Related | Mark::Nothing => ("ground", ""),
        };
        let thread = if self.threads {
            row.thread()
        } else {
            String::new()
        };
        let parts = [
            background(shade, y, width - 16),
            written(12, base, "wrong", text::mark(row.mark)),
            written(28, base, "", &plain::beginning(&row.name(), 30)),
            written(self.thread, base, "faint", &plain::end(&thread, 20)),
            shapes::bar(row, &self.axis, (self.bar, y)),
            written(self.held, base, "faint", &row.held()),
            written(self.end, base, ink, &text::shortened(&row.end(), 62)),
        ];
        let (tooltip, parts) = (escaped(&tooltip::of(row)), parts.concat());
        format!("<g class=\"row\"><title>{tooltip}</title>\n{parts}</g>\n")
    }

    fn legend(&self, y: usize) -> String {
        let legend = if self.rows.is_empty() {
            text::NOTHING.into()
        } else {
            text::legend(&self.rows)
        };
        written(28, y + 17, "faint", &legend)
    }
}

/// The width of so many characters.
fn wide(columns: usize) -> usize {
    columns * 15 / 2
}

/// It has the whole row answer to the pointer.
fn background(class: &str, y: usize, width: usize) -> String {
    format!(
        "<rect class=\"{class}\" x=\"8\" y=\"{y}\" width=\"{width}\" height=\"{ROW}\" rx=\"4\"/>\n"
    )
}

/// Nothing, if there is no text.
fn written(x: usize, y: usize, class: &str, text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let text = escaped(text);
    format!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{text}</text>\n")
}
