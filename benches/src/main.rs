//! Measures, prints the table, and fails where a bar is missed.

use std::process::ExitCode;

use guard_benches::options::{self, Options, Task, USAGE};
use guard_benches::table::Table;
use guard_benches::{Row, Verdict, cases, measure, wall};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match options::parse(&arguments) {
        Ok(Task::Measure(options)) => report(&options),
        Ok(Task::Wall) => {
            wall::run().map_or_else(|error| refuse(&error.to_string()), |()| ExitCode::SUCCESS)
        }
        Ok(Task::Help) => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        Ok(Task::Rounds { function, rounds }) => rounds_of(&function, rounds),
        Err(unknown) => refuse(&format!("`{unknown}` is not known\n\n{USAGE}")),
    }
}

fn report(options: &Options) -> ExitCode {
    if cfg!(debug_assertions) {
        return refuse("this is a debug build: `cargo run --release -p guard-benches`");
    }
    let rows = match measure(options) {
        Ok(rows) => rows,
        Err(error) => return refuse(&error.to_string()),
    };
    println!("{}", Table(&rows));
    let [met, known, missed] =
        [Verdict::Met, Verdict::AccountedFor, Verdict::Missed].map(|verdict| count(&rows, verdict));
    println!("{met} bars met, {known} missed by what is accounted for, {missed} missed by more");
    if missed > 0 || (known > 0 && !options.known) {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn count(rows: &[Row], verdict: Verdict) -> usize {
    rows.iter().filter(|row| row.verdict() == verdict).count()
}

fn rounds_of(function: &str, rounds: u64) -> ExitCode {
    match cases::find(function) {
        Some(measured) => {
            cases::repeat(measured.round, rounds);
            ExitCode::SUCCESS
        }
        None => refuse(&format!("no function is called `{function}`")),
    }
}

fn refuse(why: &str) -> ExitCode {
    eprintln!("error: {why}");
    ExitCode::from(2)
}
