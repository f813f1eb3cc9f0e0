//! **A lock file that stays after a panic.** The next start says that the server is running, and there
//! is none. Met with pid files, `.lock` files and sockets in the file system. Found as a file after a
//! panic, though errors are looked after.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use guard_core::testing::Faults;
use guard_core::{context_manager, yield_point};

pub(crate) fn buggy(run: &Path, faults: &Faults) -> io::Result<()> {
    let pid = run.join("server.pid");
    File::create_new(&pid)?;
    let served = faults.point("serve");
    fs::remove_file(pid)?;
    Ok(served?)
}

#[context_manager]
fn locked(run: &Path) -> io::Result<()> {
    let pid = run.join("server.pid");
    File::create_new(&pid)?;
    yield_point!();
    fs::remove_file(pid)
}

pub(crate) fn mended(run: &Path, faults: &Faults) -> io::Result<()> {
    locked(run).try_with(|()| Ok(faults.point("serve")?))
}
