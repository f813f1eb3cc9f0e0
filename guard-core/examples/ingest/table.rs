//! CSV files as tables.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use csv::{Position, Reader, StringRecord};
use rusqlite::types::Value;

use crate::disk::{self, Source};
use crate::error::Error;

/// How many rows are looked at to tell columns of numbers from columns of text.
const SAMPLE: usize = 10;

/// A CSV file, and the table that it becomes.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    columns: Vec<Column>,
}

#[derive(Debug)]
struct Column {
    name: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Number,
    Text,
}

/// Looks at the beginning of every file.
pub(crate) fn plan(files: &[PathBuf]) -> Result<Vec<Table>, Error> {
    let tables: Vec<_> = files
        .iter()
        .map(|file| Table::plan(file))
        .collect::<Result<_, _>>()?;
    let mut seen: HashMap<String, &Path> = HashMap::new();
    for table in &tables {
        // As SQLite compares them.
        if let Some(first) = seen.insert(table.name.to_ascii_lowercase(), &table.path) {
            return Err(Error::SameTable {
                name: table.name.clone(),
                first: first.to_owned(),
                second: table.path.clone(),
            });
        }
    }
    Ok(tables)
}

impl Table {
    fn plan(path: &Path) -> Result<Self, Error> {
        let mut reader = Reader::from_reader(disk::source(path)?);
        let header = reader.headers().map_err(|e| unreadable(path, &e))?.clone();
        check_header(path, &header)?;
        let sample = sample(&mut reader).map_err(|e| unreadable(path, &e))?;
        let column = |(index, name): (usize, &str)| Column {
            name: name.to_owned(),
            kind: Kind::of(sample.iter().filter_map(|row| row.get(index))),
        };
        Ok(Table {
            path: path.to_owned(),
            name: path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            columns: header.iter().enumerate().map(column).collect(),
        })
    }

    pub(crate) fn create_sql(&self) -> String {
        let name = quoted(&self.name);
        let columns = self
            .columns
            .iter()
            .map(Column::sql)
            .collect::<Vec<_>>()
            .join(", ");
        format!("DROP TABLE IF EXISTS {name}; CREATE TABLE {name} ({columns})")
    }

    pub(crate) fn insert_sql(&self) -> String {
        let places = vec!["?"; self.columns.len()].join(", ");
        format!("INSERT INTO {} VALUES ({places})", quoted(&self.name))
    }

    /// Has the rows of this connection refused.
    pub(crate) fn refuse_sql(&self) -> String {
        let name = quoted(&self.name);
        let refuse = "SELECT RAISE(ABORT, 'this row is refused')";
        format!("CREATE TEMP TRIGGER {name} BEFORE INSERT ON main.{name} BEGIN {refuse}; END")
    }

    pub(crate) fn rows(&self) -> Result<Rows<'_>, Error> {
        Ok(Rows {
            table: self,
            reader: Reader::from_reader(disk::source(&self.path)?),
            record: StringRecord::new(),
        })
    }
}

/// The rows of a file, from the first on.
pub(crate) struct Rows<'t> {
    table: &'t Table,
    reader: Reader<Source>,
    record: StringRecord,
}

impl Rows<'_> {
    /// How many bytes have been read.
    pub(crate) fn position(&self) -> u64 {
        self.reader.position().byte()
    }

    fn value(&self, (column, field): (&Column, &str)) -> Result<Value, Error> {
        column.kind.value(field).ok_or_else(|| {
            let what = format!("`{}` is `{field}`, which is not a number", column.name);
            malformed(&self.table.path, self.record.position(), what)
        })
    }

    fn read(&mut self) -> Result<Option<Vec<Value>>, Error> {
        let read = self.reader.read_record(&mut self.record);
        if !read.map_err(|e| unreadable(&self.table.path, &e))? {
            return Ok(None);
        }
        let fields = self.table.columns.iter().zip(&self.record);
        fields
            .map(|field| self.value(field))
            .collect::<Result<_, _>>()
            .map(Some)
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Vec<Value>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

impl Column {
    fn sql(&self) -> String {
        let kind = match self.kind {
            Kind::Number => "NUMERIC",
            Kind::Text => "TEXT",
        };
        format!("{} {kind}", quoted(&self.name))
    }
}

impl Kind {
    /// A column is one of numbers if it has values and all of them are.
    fn of<'f>(sample: impl Iterator<Item = &'f str>) -> Self {
        let mut values = sample.filter(|field| !is_null(field)).peekable();
        if values.peek().is_some() && values.all(|field| number(field).is_some()) {
            Kind::Number
        } else {
            Kind::Text
        }
    }

    fn value(self, field: &str) -> Option<Value> {
        match self {
            _ if is_null(field) => Some(Value::Null),
            Kind::Number => number(field),
            Kind::Text => Some(Value::Text(field.to_owned())),
        }
    }
}

fn is_null(field: &str) -> bool {
    matches!(field, "" | "NA")
}

fn number(field: &str) -> Option<Value> {
    let integer = field.parse().ok().map(Value::Integer);
    let real = || field.parse().ok().filter(|real: &f64| real.is_finite());
    integer.or_else(|| real().map(Value::Real))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The first rows. One that is malformed is reported when its turn comes.
fn sample(reader: &mut Reader<Source>) -> csv::Result<Vec<StringRecord>> {
    let rows = reader.records().take(SAMPLE);
    let fits = |row: &csv::Result<_>| !row.as_ref().is_err_and(|error| !error.is_io_error());
    rows.filter(fits).collect()
}

fn check_header(path: &Path, header: &StringRecord) -> Result<(), Error> {
    let mut seen = HashSet::new();
    // As SQLite compares them.
    let twice = header
        .iter()
        .find(|name| !seen.insert(name.to_ascii_lowercase()));
    let what = match twice {
        Some(name) => format!("there are two columns `{name}`"),
        None if header.is_empty() => "there is no header".to_owned(),
        None => return Ok(()),
    };
    Err(malformed(path, header.position(), what))
}

/// In our words: those of csv name records and bytes.
fn unreadable(path: &Path, error: &csv::Error) -> Error {
    use csv::ErrorKind::{UnequalLengths, Utf8};
    let what = match error.kind() {
        UnequalLengths {
            expected_len, len, ..
        } => format!("{len} fields for {expected_len} columns"),
        Utf8 { err, .. } => format!("field {} is not UTF-8", err.field() + 1),
        _ => error.to_string(),
    };
    malformed(path, error.position(), what)
}

fn malformed(path: &Path, position: Option<&Position>, what: String) -> Error {
    let line = line_at(path, position.map_or(0, Position::byte));
    line.map_or_else(Error::at(path), |line| Error::Malformed {
        path: path.to_owned(),
        line,
        what,
    })
}

/// The line of the record that begins at `byte`, or behind the line ends there: csv counts neither
/// the blank lines before a record nor, in time, the second half of a CRLF.
fn line_at(path: &Path, byte: u64) -> io::Result<u64> {
    let mut line = 1;
    for (offset, read) in (0..).zip(BufReader::new(File::open(path)?).bytes()) {
        let read = read?;
        if offset >= byte && !matches!(read, b'\r' | b'\n') {
            break;
        }
        line += u64::from(read == b'\n');
    }
    Ok(line)
}
