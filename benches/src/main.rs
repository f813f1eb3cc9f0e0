//! Measures, prints the table, and fails where a bar is missed.

use std::process::ExitCode;

fn main() -> ExitCode {
    guard_benches::run(std::env::args().skip(1))
}
