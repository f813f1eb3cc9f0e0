//! **Closed only when the body comes back.** The result is kept, the lock is released, and the result
//! is returned. That looks after errors, and forgets that a body can panic. It is met wherever
//! `release` or `close` has to be called by hand. Found by a panic in the body: the lock is not released.

use std::io;

use guard_core::testing::{Faults, Handle, ResourceTracker};
use guard_core::{context_manager, yield_point};

fn import(lock: &Handle, faults: &Faults) -> io::Result<()> {
    faults.point("read")?;
    lock.touch();
    faults.point("store")?;
    Ok(())
}

pub(crate) fn buggy(faults: &Faults) -> io::Result<()> {
    let lock = faults.tracker().handle("lock");
    let imported = import(&lock, faults);
    lock.close();
    imported
}

#[context_manager]
fn locked(tracker: &ResourceTracker) -> Handle {
    let lock = tracker.handle("lock");
    let exit = yield_point!(lock);
    lock.close_with(exit);
}

pub(crate) fn mended(faults: &Faults) -> io::Result<()> {
    locked(faults.tracker()).try_with(|lock| import(lock, faults))
}
