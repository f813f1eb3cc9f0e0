//! **A temporary file that stays when something fails.** It is renamed at the end, and if the end is not
//! reached it lies around, with the disk filling up a download at a time. Met with all that writes beside
//! a file and renames. Found as a file in the directory after an error.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use guard_core::testing::Faults;
use tempfile::NamedTempFile;

pub(crate) fn buggy(cache: &Path, target: &Path, faults: &Faults) -> io::Result<()> {
    let part = cache.join("download.part");
    fs::write(&part, "half of it")?;
    faults.point("download")?;
    fs::rename(part, target)
}

pub(crate) fn mended(cache: &Path, target: &Path, faults: &Faults) -> io::Result<()> {
    let mut part = NamedTempFile::new_in(cache)?;
    part.write_all(b"half of it")?;
    faults.point("download")?;
    part.persist(target)?;
    Ok(())
}
