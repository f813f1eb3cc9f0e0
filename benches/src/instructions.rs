//! Instructions, counted by valgrind's callgrind: they are the same at every run, whatever else the
//! machine is doing.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use crate::cases::{self, Measured};

/// Instructions per time, by the name of the function.
pub type Counts = BTreeMap<String, f64>;

/// Counts the instructions of all that is compared, on all cores.
///
/// # Errors
///
/// When valgrind is not there, or does not print what is expected of it.
///
/// # Panics
///
/// When one of its threads has panicked.
pub fn count() -> io::Result<Counts> {
    let all = cases::functions();
    let next = AtomicUsize::new(0);
    let counts = Mutex::new(Ok(Counts::new()));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some((measured, times)) = all.get(next.fetch_add(1, Relaxed)) {
                    let counted = of_one(measured, *times);
                    let mut counts = counts.lock().expect("no thread has panicked");
                    match (&mut *counts, counted) {
                        (Ok(counts), Ok(count)) => {
                            counts.insert(measured.name.to_owned(), count);
                        }
                        (Ok(_), Err(error)) => *counts = Err(error),
                        (Err(_), _) => return,
                    }
                }
            });
        }
    });
    counts.into_inner().expect("no thread has panicked")
}

/// What a round costs once the first are over: what is the same in two runs falls out.
fn of_one(measured: &Measured, times: u64) -> io::Result<f64> {
    let (few, many) = (1, 1 + 1_000_u64.div_ceil(times));
    let difference = run(measured, many)? - run(measured, few)?;
    #[expect(clippy::cast_precision_loss, reason = "they are not that many")]
    Ok(difference as f64 / ((many - few) * times) as f64)
}

fn run(measured: &Measured, rounds: u64) -> io::Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(this_program()?)
        .args(["--run", measured.name, &rounds.to_string()])
        .output()
        .map_err(|error| io::Error::other(format!("valgrind cannot be started: {error}")))?;
    let told = String::from_utf8_lossy(&output.stderr);
    let counted = collected(&told).filter(|_| output.status.success());
    counted.ok_or_else(|| {
        io::Error::other(format!(
            "valgrind did not count `{}`:\n{told}",
            measured.name
        ))
    })
}

/// The figure of callgrind's last line but a few.
// Input:  ==123== Collected : 4567
// Output: 4567
fn collected(told: &str) -> Option<u64> {
    let line = told
        .lines()
        .find_map(|line| line.split_once("Collected :"))?;
    line.1.trim().parse().ok()
}

pub(crate) fn this_program() -> io::Result<PathBuf> {
    std::env::current_exe()
}

#[cfg(test)]
mod tests {
    use super::collected;

    #[test]
    fn callgrind_is_understood() {
        let told = "==7== Events    : Ir\n==7== Collected : 4567\n==7== \n";
        assert_eq!(collected(told), Some(4567));
        assert_eq!(collected("valgrind: no such file"), None);
    }
}
