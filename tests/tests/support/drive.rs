//! Futures driven to their end, or up to a point, by hand and by the executors of others.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Pending so many times, each time with a wake-up on its way.
pub(crate) async fn turns(n: usize) {
    let mut left = n;
    std::future::poll_fn(|poller| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        poller.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Polls `future` until it is ready, and gives the number of polls too.
pub(crate) fn driven<F: Future>(future: F) -> (F::Output, usize) {
    let mut future = pin!(future);
    let mut poller = Context::from_waker(Waker::noop());
    for polls in 1..10_000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut poller) {
            return (output, polls);
        }
    }
    panic!("it does not come to an end");
}

/// Polls `future` so many times and drops it, unless it is ready before.
pub(crate) fn cancelled<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut poller = Context::from_waker(Waker::noop());
    for _ in 0..polls {
        if let Poll::Ready(output) = future.as_mut().poll(&mut poller) {
            return Some(output);
        }
    }
    None
}

/// Runs `test` by hand, under smol, and under either runtime of tokio, each time on this thread.
pub(crate) fn everywhere(test: impl AsyncFn()) {
    driven(test());
    smol::block_on(test());
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
        .block_on(test());
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .expect("a runtime")
        .block_on(test());
}

/// Has the compiler say whether a value can be sent.
pub(crate) fn send<T: Send>(value: T) -> T {
    value
}
