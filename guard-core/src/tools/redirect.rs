use std::format;
use std::io::{self, StderrLock, StdoutLock, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::fcntl_dupfd_cloexec;
use rustix::stdio::{dup2_stderr, dup2_stdout};

use super::turn::Changes;
use crate::{context_manager, yield_point};

static STDOUT: Changes<OwnedFd> = Changes::new();
static STDERR: Changes<OwnedFd> = Changes::new();

/// Has standard output go to `target` meanwhile, and lends `target`.
///
/// The target is a file, a pipe, a socket, [`io::stderr()`](io::stderr), or a
/// [`Capture`](crate::Capture), which keeps the text to be read. All that goes through the
/// descriptor goes there: what Rust prints, what a C library prints, and what child processes that
/// are started meanwhile print. What Rust has buffered, which is text without a line break, is
/// written out on entry and on exit, so that it ends up where it belongs. C code has to see to that
/// for its own buffers, with `fflush`.
///
/// From Python's [`contextlib.redirect_stdout`], which redirects Python's own output alone. Needs
/// the feature `stdio`, and Unix.
///
/// [`contextlib.redirect_stdout`]: https://docs.python.org/3/library/contextlib.html#contextlib.redirect_stdout
///
/// # Nesting
///
/// Redirections nest, also to the same target, and each ends by giving the stream back to where it
/// went before. A guard that is dropped before one that was entered later leaves the stream as it
/// is, and the later one gives it back in its stead.
///
/// # Threads
///
/// The stream belongs to the whole process: what other threads print goes to the target too. Of
/// threads that redirect, one has its turn, and the others wait until it has ended all of its
/// redirections. That is one turn for both streams and [`chdir`](crate::chdir), so that the order
/// in which they are taken does not matter.
///
/// As with every lock, a thread waits for ever that waits for one that waits for it: do not
/// redirect while holding an [`io::StdoutLock`] or [`io::StderrLock`], and do not join a thread that
/// redirects from within a redirection. A guard that is forgotten keeps its turn. A guard stays on
/// its thread, and is made by [`enter_local`](crate::Context::enter_local):
///
/// ```compile_fail,E0277
/// let guard = guard_core::redirect_stdout(std::io::stderr()).enter();
/// ```
///
/// # In tests
///
/// `cargo test` captures `print!` and `println!` before they come to a descriptor, so that a
/// redirection does not see them. It does see `write!(io::stdout(), ..)`, child processes and C
/// libraries; and `print!` too with `cargo test -- --nocapture`. A test of code that prints starts
/// that code as a process, or runs itself again:
///
/// ```no_run
/// use std::process::Command;
///
/// #[test]
/// fn greets() {
///     if std::env::var_os("GREETS").is_some() {
///         // .. with `redirect_stdout`, `print!` and assertions
///         return;
///     }
///     let mut again = Command::new(std::env::current_exe().unwrap());
///     again.args(["greets", "--exact", "--nocapture"]).env("GREETS", "1");
///     assert!(again.status().unwrap().success());
/// }
/// ```
///
/// # Errors
///
/// The enter half fails when what is buffered cannot be written out, or when there is no descriptor
/// left; the stream is then as it was. The exit half fails when what is buffered cannot be written
/// to the target, in which case the stream is given back nevertheless and the text comes out there,
/// or when the stream cannot be given back.
///
/// # Examples
///
/// ```
/// use guard_core::{Capture, redirect_stdout};
/// use std::process::Command;
///
/// let said = Capture::new()?;
/// redirect_stdout(&said).try_with(|_| {
///     println!("one");
///     Command::new("sh").args(["-c", "echo two"]).status()
/// })?;
/// assert_eq!(said.text()?, "one\ntwo\n");
/// # std::io::Result::Ok(())
/// ```
#[context_manager(crate = crate)]
pub fn redirect_stdout<T: AsFd>(target: T) -> io::Result<T> {
    let redirected = STDOUT.make(|| redirect(io::stdout().lock(), target.as_fd()))?;
    yield_point!(target);
    redirected.undo(|before| restore(io::stdout().lock(), before))
}

/// Has standard error go to `target` meanwhile, and lends `target`.
///
/// All is as with [`redirect_stdout`]: what is redirected, nesting, threads, and what is to be known
/// about `cargo test`, which captures `eprint!` as well as `print!`.
///
/// From Python's [`contextlib.redirect_stderr`]. Needs the feature `stdio`, and Unix.
///
/// [`contextlib.redirect_stderr`]: https://docs.python.org/3/library/contextlib.html#contextlib.redirect_stderr
///
/// # Errors
///
/// As with [`redirect_stdout`].
///
/// # Examples
///
/// ```
/// use guard_core::{Capture, redirect_stderr, redirect_stdout, with};
/// use std::io;
///
/// let both = Capture::new()?;
/// with!(_ = redirect_stdout(&both)?, _ = redirect_stderr(io::stdout())? => {
///     println!("done");
///     eprintln!("not quite");
/// });
/// assert_eq!(both.text()?, "done\nnot quite\n");
/// # io::Result::Ok(())
/// ```
#[context_manager(crate = crate)]
pub fn redirect_stderr<T: AsFd>(target: T) -> io::Result<T> {
    let redirected = STDERR.make(|| redirect(io::stderr().lock(), target.as_fd()))?;
    yield_point!(target);
    redirected.undo(|before| restore(io::stderr().lock(), before))
}

/// A standard stream, locked, so that nothing is printed between flushing and pointing elsewhere.
trait Stream: Write + AsFd {
    fn point_at(&self, fd: BorrowedFd<'_>) -> rustix::io::Result<()>;
}

impl Stream for StdoutLock<'_> {
    fn point_at(&self, fd: BorrowedFd<'_>) -> rustix::io::Result<()> {
        dup2_stdout(fd)
    }
}

impl Stream for StderrLock<'_> {
    fn point_at(&self, fd: BorrowedFd<'_>) -> rustix::io::Result<()> {
        dup2_stderr(fd)
    }
}

/// Gives what the stream went to before.
fn redirect(mut stream: impl Stream, target: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    /// The first descriptor that is not one of the standard streams, one of which may be closed.
    const FREE: i32 = 3;

    stream.flush()?;
    let before = fcntl_dupfd_cloexec(&stream, FREE)?;
    stream.point_at(target)?;
    Ok(before)
}

fn restore(mut stream: impl Stream, before: Option<OwnedFd>) -> io::Result<()> {
    let flushed = stream.flush();
    let restored = match before {
        Some(before) => stream.point_at(before.as_fd()),
        None => Ok(()),
    };
    match (flushed, restored) {
        (Err(flushing), Err(errno)) => {
            let restoring = io::Error::from(errno);
            let both = format!("{restoring}; and the text before it was not written: {flushing}");
            Err(io::Error::new(restoring.kind(), both))
        }
        (flushed, restored) => flushed.and(restored.map_err(io::Error::from)),
    }
}
