//! **Cancelled between acquiring and registering.** The lease is there, its guard is made after it was
//! written to the audit log, and a future that is dropped while it writes holds a lease that nobody gives
//! back. It is the async twin of `?` in the same place, and does not show in the text. Found by dropping
//! the future at each await.

use std::io;

use guard_core::testing::{Faults, Handle};
use tokio::task::yield_now;

/// Gives a lease back when it is dropped.
struct Lease(Handle);

impl Drop for Lease {
    fn drop(&mut self) {
        self.0.close();
    }
}

async fn acquire(faults: &Faults) -> io::Result<Handle> {
    yield_now().await;
    faults.point("acquire")?;
    Ok(faults.tracker().handle("lease"))
}

async fn audit() {
    yield_now().await;
}

pub(crate) async fn buggy(faults: &Faults) -> io::Result<()> {
    let lease = acquire(faults).await?;
    audit().await;
    let lease = Lease(lease);
    lease.0.touch();
    Ok(faults.point("work")?)
}

pub(crate) async fn mended(faults: &Faults) -> io::Result<()> {
    let lease = Lease(acquire(faults).await?);
    audit().await;
    lease.0.touch();
    Ok(faults.point("work")?)
}
