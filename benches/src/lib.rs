//! What our context managers cost, beside the same done by hand and by others.
//!
//! `cargo run --release -p guard-benches` measures, prints one table, and fails where a bar is missed.

pub mod allocations;
pub mod cases;
pub mod instructions;
pub mod row;
pub mod wall;

use std::process::ExitCode;

pub fn run(arguments: impl Iterator<Item = String>) -> ExitCode {
    let arguments: Vec<String> = arguments.collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--run", name, rounds] => {
            cases::repeat(cases::find(name).unwrap().round, rounds.parse().unwrap());
        }
        ["--wall"] => wall::run(),
        _ => {
            let counts = instructions::count().unwrap();
            for c in cases::comparisons() {
                let (a, b) = (counts[c.ours.name], counts[c.theirs.name]);
                println!(
                    "{:30} {:28} {:9.1} {:9.1} {:6.2}",
                    c.what,
                    c.against,
                    a,
                    b,
                    a / b
                );
            }
        }
    }
    ExitCode::SUCCESS
}
