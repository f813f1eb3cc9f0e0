//! **A task that nobody waits for.** `tokio::spawn` detaches: the function returns, and the task goes on
//! with the subscription for as long as the runtime lives. Met wherever the `JoinHandle` is dropped.
//! Found without any fault, as a resource that is open after the end.

use std::io;
use std::time::Duration;

use guard_core::testing::{Faults, Resource};
use tokio::task::JoinSet;
use tokio::time::sleep;

async fn listen(subscription: Resource) {
    loop {
        subscription.touch();
        sleep(Duration::from_secs(90)).await;
    }
}

pub(crate) async fn buggy(faults: &Faults) -> io::Result<()> {
    let subscription = faults.tracker().open("subscription");
    tokio::spawn(listen(subscription));
    Ok(faults.point("serve")?)
}

pub(crate) async fn mended(faults: &Faults) -> io::Result<()> {
    let subscription = faults.tracker().open("subscription");
    let mut tasks = JoinSet::new();
    tasks.spawn(listen(subscription));
    let served = faults.point("serve");
    tasks.shutdown().await;
    Ok(served?)
}
