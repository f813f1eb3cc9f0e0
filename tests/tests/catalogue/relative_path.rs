//! **A cleanup that depends on where it runs.** The scratch file is named by a relative path, the body
//! goes to another directory, and the destructor looks for the file there. Met with `set_current_dir`
//! and with environment variables that are read twice. Found as a file that is left behind.

use std::io;
use std::path::PathBuf;
use std::{env, fs};

use guard_core::chdir;

struct Scratch(PathBuf);

impl Scratch {
    fn new() -> io::Result<Self> {
        fs::write("scratch", "")?;
        Ok(Scratch("scratch".into()))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_file(&self.0).ok();
    }
}

fn build() -> io::Result<()> {
    fs::metadata("Cargo.toml").map(drop)
}

pub(crate) fn buggy() -> io::Result<()> {
    let package = env::current_dir()?;
    env::set_current_dir(env::temp_dir())?;
    let _scratch = Scratch::new()?;
    env::set_current_dir(package)?;
    build()
}

pub(crate) fn mended() -> io::Result<()> {
    let package = env::current_dir()?;
    chdir(env::temp_dir()).try_with(|()| {
        let _scratch = Scratch::new()?;
        chdir(&package).try_with(|()| build())
    })
}
