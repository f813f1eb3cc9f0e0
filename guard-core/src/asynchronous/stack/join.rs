//! Futures that run at once, each of which is polled only when it has been woken.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::task::Wake;
use alloc::vec::Vec;
use core::future::poll_fn;
use core::mem;
use core::pin::Pin;
use core::task::{Context as Poller, Poll, Waker};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(super) struct Join<F> {
    running: Vec<Option<Child<F>>>,
    /// Those that have to be polled.
    woken: Vec<usize>,
    board: Arc<Board>,
}

struct Child<F> {
    future: Pin<Box<F>>,
    waker: Waker,
}

/// Where it is noted who has been woken.
#[derive(Default)]
struct Board(Mutex<Notes>);

#[derive(Default)]
struct Notes {
    woken: Vec<usize>,
    waker: Option<Waker>,
}

impl Board {
    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The waker of one of the futures.
struct Bell {
    index: usize,
    board: Arc<Board>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let waker = {
            let mut notes = self.board.notes();
            notes.woken.push(self.index);
            notes.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<F: Future> Join<F> {
    pub(super) fn new(futures: impl IntoIterator<Item = F>) -> Self {
        let board = Arc::new(Board::default());
        let child = |(index, future)| {
            let board = Arc::clone(&board);
            Some(Child {
                future: Box::pin(future),
                waker: Waker::from(Arc::new(Bell { index, board })),
            })
        };
        let running: Vec<_> = futures.into_iter().enumerate().map(child).collect();
        Join {
            woken: (0..running.len()).rev().collect(),
            running,
            board,
        }
    }

    /// How many there were.
    pub(super) fn len(&self) -> usize {
        self.running.len()
    }

    /// What the next one that ends returns, with its number; `None` when all have ended.
    pub(super) async fn next(&mut self) -> Option<(usize, F::Output)> {
        poll_fn(|poller| self.poll_next(poller)).await
    }

    fn poll_next(&mut self, poller: &Poller<'_>) -> Poll<Option<(usize, F::Output)>> {
        loop {
            while let Some(index) = self.woken.pop() {
                let Some(child) = &mut self.running[index] else {
                    continue;
                };
                let mut inner = Poller::from_waker(&child.waker);
                if let Poll::Ready(output) = child.future.as_mut().poll(&mut inner) {
                    self.running[index] = None;
                    return Poll::Ready(Some((index, output)));
                }
            }
            let mut notes = self.board.notes();
            if notes.woken.is_empty() {
                if self.running.iter().all(Option::is_none) {
                    return Poll::Ready(None);
                }
                notes.waker = Some(poller.waker().clone());
                return Poll::Pending;
            }
            self.woken = mem::take(&mut notes.woken);
        }
    }
}
