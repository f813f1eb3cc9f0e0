//! Futures that a test drives by hand, and exit halves that it keeps until then.

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use guard_core::{Executor, ExitHalf};

/// A waker that counts.
#[derive(Debug, Default)]
pub(crate) struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Wakes {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// A future, polled one by one. Dropping this drops the future where it stands.
pub(crate) struct Driven<F> {
    future: Pin<Box<F>>,
    wakes: Arc<Wakes>,
    polls: usize,
}

impl<F: Future> Driven<F> {
    pub(crate) fn new(future: F) -> Self {
        Driven {
            future: Box::pin(future),
            wakes: Arc::default(),
            polls: 0,
        }
    }

    pub(crate) fn poll(&mut self) -> Poll<F::Output> {
        self.polls += 1;
        let waker = Waker::from(self.wakes.clone());
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }

    /// Polls as often as it is woken, as an executor does.
    pub(crate) fn run(&mut self) -> F::Output {
        loop {
            let before = self.wakes();
            if let Poll::Ready(output) = self.poll() {
                return output;
            }
            assert_ne!(self.wakes(), before, "nobody will poll it again");
        }
    }

    pub(crate) fn wakes(&self) -> usize {
        self.wakes.count()
    }

    /// Drops the future, and gives what counts those who wake it still.
    pub(crate) fn into_wakes(self) -> Arc<Wakes> {
        self.wakes
    }

    pub(crate) fn polls(&self) -> usize {
        self.polls
    }
}

/// Runs a future to its end, which it has to wake for.
pub(crate) fn run<F: Future>(future: F) -> F::Output {
    Driven::new(future).run()
}

/// An executor that keeps what it is given until it is told to run it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Later(Arc<Mutex<Vec<ExitHalf>>>);

impl Executor for Later {
    fn execute(&self, half: ExitHalf) {
        let mut halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        halves.push(half);
    }
}

impl Later {
    pub(crate) fn take(&self) -> Vec<ExitHalf> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Runs what there is to its end, and gives how many that were.
    pub(crate) fn run(&self) -> usize {
        let halves = self.take();
        let count = halves.len();
        halves.into_iter().for_each(run);
        count
    }
}

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
