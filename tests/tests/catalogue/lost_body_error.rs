//! **The error of the cleanup in the place of the body's.** The write fails because the disk is full,
//! the flush fails for the same reason or none at all, and the second is what people get to read. Met
//! wherever `close()?` comes before the result is returned. Found by a pair of errors: one of them is in
//! nobody's hands.

use std::io::{self, Write};

use guard_core::testing::Faults;
use guard_core::{context_manager, yield_point};

pub(crate) fn buggy(faults: &Faults) -> io::Result<()> {
    let mut file = faults.io("file", Vec::new());
    let written = file.write_all(b"all is well");
    file.flush()?;
    written
}

#[context_manager]
fn flushed<W: Write>(mut file: W) -> io::Result<W> {
    yield_point!(file);
    file.flush()
}

pub(crate) fn mended(faults: &Faults) -> io::Result<()> {
    flushed(faults.io("file", Vec::new())).try_with(|file| file.write_all(b"all is well"))
}
