//! Time on the clock, by criterion. It is shown beside the instructions, and nothing is asked of it:
//! it depends on what else the machine is doing.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use std::{fs, io};

use criterion::Criterion;

use crate::cases;
use crate::instructions::this_program;
use crate::target::target;

/// Nanoseconds per time, by the name of the function.
pub type Times = BTreeMap<String, f64>;

/// Times all that is compared, in a process whose output is thrown away.
///
/// # Errors
///
/// When criterion does not leave its estimates.
pub fn time() -> io::Result<Times> {
    let program = this_program()?;
    let output = Command::new(&program).arg("--wall").output()?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(format!("criterion has failed:\n{why}")));
    }
    cases::functions()
        .into_iter()
        .enumerate()
        .map(|(place, (measured, times))| {
            #[expect(clippy::cast_precision_loss, reason = "they are not that many")]
            Ok((measured.name.to_owned(), estimate(place)? / times as f64))
        })
        .collect()
}

/// What the process does.
///
/// # Errors
///
/// When it is not known where to write to.
pub fn run() -> io::Result<()> {
    let mut criterion = Criterion::default()
        .output_directory(&directory()?)
        .without_plots()
        .sample_size(20)
        .nresamples(1_000)
        .warm_up_time(Duration::from_millis(50))
        .measurement_time(Duration::from_millis(250));
    for (place, (measured, _)) in cases::functions().into_iter().enumerate() {
        criterion.bench_function(&place.to_string(), |bencher| {
            bencher.iter_custom(|rounds| {
                let start = Instant::now();
                cases::repeat(measured.round, rounds);
                start.elapsed()
            });
        });
    }
    Ok(())
}

/// Nanoseconds per round.
fn estimate(place: usize) -> io::Result<f64> {
    let path = directory()?
        .join(place.to_string())
        .join("new/estimates.json");
    let estimates: serde_json::Value = serde_json::from_slice(&fs::read(path)?)?;
    let median = &estimates["median"]["point_estimate"];
    median
        .as_f64()
        .ok_or_else(|| io::Error::other("criterion left no median"))
}

fn directory() -> io::Result<PathBuf> {
    Ok(target()?.join("benches").join("criterion"))
}
