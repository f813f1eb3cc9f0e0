//! **Cancelled in the middle of the cleanup.** Logging out is a request, and a future that is dropped
//! while it waits for the answer has not logged out: the server keeps the session until it expires. Met
//! with `select!` and timeouts around anything whose cleanup awaits. Found by dropping the future at each
//! await.

use std::io;

use guard_core::testing::{Faults, Handle, ResourceTracker};
use guard_core::{context_manager, yield_point};
use tokio::runtime;
use tokio::task::yield_now;

#[context_manager]
async fn session(server: ResourceTracker) -> Handle {
    yield_now().await;
    let session = server.handle("session");
    let exit = yield_point!(session.clone());
    yield_now().await;
    session.close_with(exit.into());
}

pub(crate) async fn buggy(faults: &Faults) -> io::Result<()> {
    session(faults.tracker().clone())
        .try_with(async |session| {
            session.touch();
            Ok(faults.point("request")?)
        })
        .await
}

pub(crate) async fn mended(faults: &Faults) -> io::Result<()> {
    session(faults.tracker().clone())
        .finish_on(runtime::Handle::current())
        .try_with(async |session| {
            session.touch();
            Ok(faults.point("request")?)
        })
        .await
}
