//! **An error that is swallowed when something is dropped.** The destructor of `BufWriter` writes what
//! is left, and says nothing if that fails: the disk is full, the file is short, and the program is
//! content. Met wherever a destructor has `let _ =`. Found by an error of the last write, which neither
//! the result nor `on_lost_error` knows of.

use std::io::{self, BufWriter, Write};

use guard_core::testing::Faults;
use guard_core::{context_manager, yield_point};

pub(crate) fn buggy(faults: &Faults) -> io::Result<()> {
    let mut report = BufWriter::new(faults.io("report", Vec::new()));
    writeln!(report, "all is well")?;
    Ok(())
}

#[context_manager]
fn buffered<W: Write>(file: W) -> io::Result<BufWriter<W>> {
    let writer = BufWriter::new(file);
    yield_point!(writer);
    writer.into_inner().map(drop).map_err(|failed| {
        let (error, writer) = failed.into_parts();
        // Dropped, it would try to write once more.
        drop(writer.into_parts());
        error
    })
}

pub(crate) fn mended(faults: &Faults) -> io::Result<()> {
    buffered(faults.io("report", Vec::new())).try_with(|report| writeln!(report, "all is well"))
}
