//! **Closed twice.** `close(self)` closes, to be able to return an error, and then `self` is dropped and
//! is closed again. With descriptors the number may be somebody else's file by then. Met in wrappers of
//! C handles. Found by the books, which say by which two calls it was closed.

use std::io;

use guard_core::closing;
use guard_core::testing::{Faults, Handle};

struct Descriptor {
    handle: Handle,
    faults: Faults,
}

impl Descriptor {
    fn close(self) -> io::Result<()> {
        self.handle.close();
        Ok(self.faults.point("close")?)
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        self.handle.close();
    }
}

pub(crate) fn buggy(faults: &Faults) -> io::Result<()> {
    let descriptor = Descriptor {
        handle: faults.tracker().handle("descriptor"),
        faults: faults.clone(),
    };
    faults.point("write")?;
    descriptor.close()
}

pub(crate) fn mended(faults: &Faults) -> io::Result<()> {
    let descriptor = faults.tracker().handle("descriptor");
    let close = |descriptor: Handle| {
        descriptor.close();
        faults.point("close").map_err(io::Error::from)
    };
    closing(descriptor, close).try_with(|_| Ok(faults.point("write")?))
}
