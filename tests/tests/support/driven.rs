//! Futures that a test drives by hand, and exit halves that it keeps until then.

use std::pin::Pin;
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
