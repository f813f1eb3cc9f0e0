//! **A descriptor that a child process inherits.** The listener is closed, and the port stays taken:
//! a duplicate made with `dup` was open while a child was started, and is open in that child for as long
//! as it runs. Met with `dup`, with descriptors from C libraries, and with those that were meant for
//! another child. Found among the open descriptors of the child.

use std::io;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::process::{Child, Command};

fn start_worker() -> io::Result<Child> {
    Command::new("sleep").arg("1000").spawn()
}

fn restart(duplicate: impl FnOnce(&TcpListener) -> io::Result<OwnedFd>) -> io::Result<Child> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let kept = duplicate(&listener)?;
    let worker = start_worker();
    drop((listener, kept));
    worker
}

pub(crate) fn buggy() -> io::Result<Child> {
    restart(|listener| Ok(rustix::io::dup(listener)?))
}

pub(crate) fn mended() -> io::Result<Child> {
    // It asks for the duplicate to be closed on exec.
    restart(|listener| Ok(listener.try_clone()?.into()))
}
