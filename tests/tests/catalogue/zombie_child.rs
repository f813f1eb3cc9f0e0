//! **A child process that nobody waits for.** `Child` does nothing when it is dropped, so that `?`
//! leaves a process behind: running, or as here ended and kept by the system until somebody asks how.
//! Met where a program is started for a while and something else fails. Found among the child processes.

use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};

use guard_core::{context_manager, yield_point};

fn start() -> io::Result<Child> {
    let mut command = Command::new("cat");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
}

fn echo(child: &mut Child, text: &str) -> io::Result<String> {
    let (Some(mut stdin), Some(mut stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    stdin.write_all(text.as_bytes())?;
    drop(stdin);
    let mut echoed = String::new();
    stdout.read_to_string(&mut echoed)?;
    if echoed.is_empty() {
        return Err(io::Error::other("no answer"));
    }
    Ok(echoed)
}

pub(crate) fn buggy(text: &str) -> io::Result<String> {
    let mut child = start()?;
    let echoed = echo(&mut child, text)?;
    child.wait()?;
    Ok(echoed)
}

#[context_manager]
fn running() -> io::Result<Child> {
    let mut child = start()?;
    yield_point!(child);
    // An error if it has ended already.
    child.kill().ok();
    child.wait().map(drop)
}

pub(crate) fn mended(text: &str) -> io::Result<String> {
    running().try_with(|child| echo(child, text))
}
