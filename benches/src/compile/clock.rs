//! Child processes and the time that they take.

use std::io;
use std::process::{Command, Output};
use std::time::Instant;

use crate::row::Beside;

/// Seconds that a child has taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Time {
    /// On all processors together, with its own children.
    pub(super) cpu: f64,
    pub(super) wall: f64,
}

impl Time {
    pub(super) fn least(self, other: Time) -> Time {
        Time {
            cpu: self.cpu.min(other.cpu),
            wall: self.wall.min(other.wall),
        }
    }

    /// The wall clock's part of a row.
    pub(super) fn walls(self, theirs: Time) -> Beside {
        Beside {
            unit: "s of wall clock",
            ours: self.wall,
            theirs: theirs.wall,
        }
    }
}

/// The unit of [`Time::cpu`].
pub(super) const CPU_SECONDS: &str = "s of CPU";

/// The lesser of the time that there is and another.
pub(super) fn lessen(least: &mut Option<Time>, time: Time) {
    *least = Some(least.map_or(time, |least| least.least(time)));
}

/// Runs `command`, and says how long that has taken.
pub(super) fn time(command: &mut Command) -> io::Result<(Time, Output)> {
    let (cpu, wall) = (cpu_of_children()?, Instant::now());
    let output = run(command)?;
    let wall = wall.elapsed().as_secs_f64();
    let cpu = cpu_of_children()? - cpu;
    Ok((Time { cpu, wall }, output))
}

/// Runs `command`, which has to succeed.
pub(super) fn run(command: &mut Command) -> io::Result<Output> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| {
        io::Error::new(error.kind(), format!("`{program}` cannot be run: {error}"))
    })?;
    if output.status.success() {
        return Ok(output);
    }
    let says = first_error(&String::from_utf8_lossy(&output.stderr));
    Err(io::Error::other(format!(
        "`{}` failed: {says}",
        line_of(command)
    )))
}

fn line_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

/// The line of what a compiler has printed that says what is wrong.
fn first_error(stderr: &str) -> String {
    let mut lines = stderr.lines();
    let error = lines.clone().find(|line| line.starts_with("error"));
    error
        .or(lines.next_back())
        .unwrap_or("it says nothing")
        .to_owned()
}

/// Seconds that all children which have ended have spent on processors.
#[cfg(unix)]
fn cpu_of_children() -> io::Result<f64> {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: the pointer is to room for what is written.
    if unsafe { libc::getrusage(libc::RUSAGE_CHILDREN, usage.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: `getrusage` has succeeded.
    let usage = unsafe { usage.assume_init() };
    Ok(seconds(usage.ru_utime) + seconds(usage.ru_stime))
}

#[cfg(unix)]
#[expect(
    clippy::cast_precision_loss,
    reason = "no child runs for a million years"
)]
fn seconds(time: libc::timeval) -> f64 {
    time.tv_sec as f64 + time.tv_usec as f64 / 1e6
}

#[cfg(not(unix))]
fn cpu_of_children() -> io::Result<f64> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "the time that children take on processors is measured on Unix alone",
    ))
}

#[cfg(test)]
mod tests {
    use super::{Time, first_error, lessen};

    #[test]
    fn the_least_of_each_clock() {
        let mut least = None;
        for (cpu, wall) in [(2.0, 1.0), (1.0, 3.0), (3.0, 2.0)] {
            lessen(&mut least, Time { cpu, wall });
        }
        assert!(matches!(
            least,
            Some(Time {
                cpu: 1.0,
                wall: 1.0
            })
        ));
    }

    #[test]
    fn the_error_of_what_a_compiler_prints() {
        assert_eq!(
            first_error("warning: x\nerror: no `y`\nmore"),
            "error: no `y`"
        );
        assert_eq!(first_error("one\ntwo"), "two");
        assert_eq!(first_error(""), "it says nothing");
    }
}
