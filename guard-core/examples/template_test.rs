//! A function that runs a child process, and tests that nothing of it is ever left: a template.
//!
//! ```text
//! cargo run --example template_test --features testing -- pear apple pear   # apple, pear
//! cargo test --example template_test --features testing                     # the tests
//! ```
//!
//! | test | finds |
//! |---|---|
//! | `sorts`, a file for each case, as a fixture | a wrong answer; a test that fails leaves its file |
//! | `tells_the_lock_how_it_has_ended`, a tracker | that the lock is not given back, or is told the wrong outcome |
//! | `leaves_nothing`, the leak check | descriptors, threads, files, and child processes: zombies, too |
//! | `leaves_nothing_whatever_fails`, faults | the same if a read or the lock fails or panics, in every pair |
//! | `a_zombie_is_found` | that the leak check does not look |
//!
//! The tests need Unix, and Linux for child processes. To change: `unique` to your function, `running`
//! to what it has to give back, and the fixtures to what your tests need. In your crate `guard-core` is
//! a dependency without the feature, and a dev-dependency with it; the module `tests` is the same.

use std::env;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};

use guard_core::{ContextManager, FailsInto, context_manager, on_lost_error, yield_point};

fn main() -> ExitCode {
    on_lost_error(|lost| eprintln!("template_test: {lost}"));
    let mut words: Vec<_> = env::args_os().skip(1).collect();
    if words
        .iter()
        .any(|word| word.as_encoded_bytes().starts_with(b"-"))
    {
        eprintln!("template_test: usage: template_test [WORD ..]");
        return ExitCode::from(2);
    }
    if words.is_empty() {
        words = ["pear", "apple", "pear"].map(Into::into).into();
    }
    let lines = words
        .iter()
        .flat_map(|word| [word.as_encoded_bytes(), b"\n"]);
    let lock = env::temp_dir().join("template_test.lock");
    match unique(lock_file(&lock), &*lines.collect::<Vec<_>>().concat()) {
        Ok(lines) => {
            // The work is done, whether anybody listens or not.
            let _ = io::stdout().write_all(lines.as_bytes());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("template_test: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The lines of a text, sorted, and each of them once. Only who has the lock may do that.
fn unique<L>(lock: L, mut text: impl Read) -> io::Result<String>
where
    L: ContextManager<Returns: FailsInto<io::Error>>,
{
    let mut sort = Command::new("sort");
    sort.arg("-u")
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    lock.try_with(|_| {
        running(sort).try_with(|sort| {
            let pipes = (sort.stdin.take(), sort.stdout.take());
            let (Some(mut to), Some(mut from)) = pipes else {
                unreachable!("both are piped");
            };
            // It reads everything before it writes: neither waits for the other.
            io::copy(&mut text, &mut to)?;
            drop(to);
            let mut lines = String::new();
            from.read_to_string(&mut lines)?;
            Ok(lines)
        })
    })
}

/// A child process that does not outlive the body, and has to end well if the body does.
#[context_manager]
fn running(mut command: Command) -> io::Result<Child> {
    let mut child = command.spawn()?;
    let done = yield_point!(child).is_completed();
    let killed = if done { Ok(()) } else { child.kill() };
    // Whatever has become of that: without it a zombie would remain.
    let status = child.wait()?;
    if done && !status.success() {
        return Err(io::Error::other(format!(
            "a child process has failed: {status}"
        )));
    }
    killed
}

/// A file that is there as long as somebody has the lock.
#[context_manager]
fn lock_file(path: &Path) -> io::Result<()> {
    let at = |error| io::Error::other(format!("{}: {error}", path.display()));
    let file = File::create_new(path).map_err(at)?;
    yield_point!(());
    drop(file);
    fs::remove_file(path).map_err(at)
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::{self, File};
    use std::io;

    use guard_core::testing::{Outcome, ResourceTracker, exhaust};
    use guard_core::{context_manager, nullcontext, within, yield_point};
    use rstest::rstest;
    use tempfile::NamedTempFile;

    use super::unique;

    /// A file with that text, which is removed again; a test that fails leaves it to be looked at.
    #[context_manager]
    fn file(text: &str) -> io::Result<File> {
        let file = NamedTempFile::new()?;
        fs::write(&file, text)?;
        if yield_point!(file.reopen()?).is_completed() {
            return file.close();
        }
        let (_, path) = file.keep()?;
        println!("left for you to look at: {}", path.display());
        Ok(())
    }

    // `#[within]` is above `#[rstest]`: so it is entered for each case, and can use the arguments.
    #[within(text = file(text)?)]
    #[rstest]
    #[case::nothing("", "")]
    #[case::unsorted("b\na\n", "a\nb\n")]
    #[case::repeated("b\na\nb", "a\nb\n")]
    fn sorts(#[case] text: &str, #[case] expected: &str) -> io::Result<()> {
        assert_eq!(unique(nullcontext(()), text)?, expected);
        Ok(())
    }

    /// Books of resources. When the test has passed, all have to be closed.
    #[context_manager]
    fn books() -> ResourceTracker {
        let tracker = ResourceTracker::new();
        if yield_point!(tracker).is_completed() {
            tracker.assert_balanced();
        }
    }

    #[within(books = books())]
    #[rstest]
    #[case::done(b"b\na\n", None)]
    #[case::no_text(b"\xff\n", Some(io::ErrorKind::InvalidData))]
    fn tells_the_lock_how_it_has_ended(
        #[case] text: &[u8],
        #[case] expected: Option<io::ErrorKind>,
    ) {
        let failed = unique(books.resource("lock"), text).err();
        assert_eq!(failed.as_ref().map(io::Error::kind), expected);
        let outcome = failed.map_or(Outcome::Completed, Outcome::failed);
        books.assert_outcomes([("lock", outcome)]);
    }

    #[test]
    fn leaves_nothing_whatever_fails() {
        exhaust(|faults| {
            let lock = faults.resource("lock").map_err(io::Error::other);
            unique(lock, faults.io("text", &b"b\na\n"[..]))
        });
    }

    #[cfg(target_os = "linux")]
    mod leaks {
        use std::io::{self, Read};
        use std::process::{Command, Stdio};

        use guard_core::nullcontext;
        use guard_core::testing::no_leaks;

        use crate::unique;

        #[test]
        fn leaves_nothing() {
            no_leaks(|| {
                let lines = unique(nullcontext(()), &b"b\na\n"[..]);
                assert_eq!(lines.expect("it sorts"), "a\nb\n");
            });
        }

        /// As the function might be written, and would pass every test of what it returns.
        fn forgets_to_wait(text: &str) -> io::Result<String> {
            let mut echo = Command::new("echo");
            let echo = echo.arg("-n").arg(text).stdout(Stdio::piped()).spawn()?;
            let mut said = String::new();
            echo.stdout.expect("a pipe").read_to_string(&mut said)?;
            Ok(said)
        }

        #[test]
        #[should_panic(expected = "`echo`, has ended and was never waited for")]
        fn a_zombie_is_found() {
            no_leaks(|| assert_eq!(forgets_to_wait("a").expect("an echo"), "a"));
        }
    }
}
