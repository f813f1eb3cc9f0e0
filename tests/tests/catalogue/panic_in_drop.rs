//! **A destructor that panics.** `unwrap` in `Drop` is a panic like any other as long as all goes well
//! otherwise. While a panic is unwinding it is the end of the process, with all that other threads were
//! doing. It is met in wrappers of files and connections that flush. Found as an abort: the run that was
//! in progress is named by the process that waited.

use std::io::{self, Write};

use guard_core::testing::Faults;
use guard_core::{context_manager, yield_point};

struct Journal<W: Write> {
    file: W,
}

impl<W: Write> Drop for Journal<W> {
    fn drop(&mut self) {
        self.file.flush().unwrap();
    }
}

pub(crate) fn buggy(faults: &Faults) -> io::Result<()> {
    let mut journal = Journal {
        file: faults.io("journal", Vec::new()),
    };
    faults.point("work")?;
    journal.file.write_all(b"done")
}

#[context_manager]
fn journal<W: Write>(mut file: W) -> io::Result<W> {
    yield_point!(file);
    file.flush()
}

pub(crate) fn mended(faults: &Faults) -> io::Result<()> {
    journal(faults.io("journal", Vec::new())).try_with(|journal| {
        faults.point("work")?;
        journal.write_all(b"done")
    })
}
