//! Futures that run at once, each of which is polled only when it has been woken.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::task::Wake;
use alloc::vec::Vec;
use core::future::poll_fn;
use core::mem;
use core::pin::Pin;
use core::sync::atomic::{AtomicBool, Ordering};
use core::task::{Context as Poller, Poll, Waker};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(super) struct Join<F> {
    running: Vec<Option<Child<F>>>,
    /// How many have not ended.
    left: usize,
    /// Those that have to be polled, the next one last.
    woken: Vec<usize>,
    /// Whether others have had their turn since.
    waited: bool,
    board: Arc<Board>,
}

struct Child<F> {
    future: Pin<Box<F>>,
    bell: Arc<Bell>,
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
    /// Whether it is noted already, or has no need to be any more.
    rung: AtomicBool,
    board: Arc<Board>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.rung.swap(true, Ordering::AcqRel) {
            return;
        }
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
            let bell = Arc::new(Bell {
                index,
                rung: AtomicBool::new(true),
                board: Arc::clone(&board),
            });
            Some(Child {
                future: Box::pin(future),
                waker: Waker::from(Arc::clone(&bell)),
                bell,
            })
        };
        let running: Vec<_> = futures.into_iter().enumerate().map(child).collect();
        Join {
            left: running.len(),
            woken: (0..running.len()).rev().collect(),
            running,
            waited: false,
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

    /// Polls those that have been woken once each: one that wakes itself waits for others, which it
    /// would keep from running if it were polled again at once.
    fn poll_next(&mut self, poller: &Poller<'_>) -> Poll<Option<(usize, F::Output)>> {
        if mem::take(&mut self.waited) {
            self.woken = mem::take(&mut self.board.notes().woken);
            self.woken.reverse();
        }
        while let Some(index) = self.woken.pop() {
            let Some(child) = &mut self.running[index] else {
                continue;
            };
            child.bell.rung.swap(false, Ordering::AcqRel);
            let mut inner = Poller::from_waker(&child.waker);
            if let Poll::Ready(output) = child.future.as_mut().poll(&mut inner) {
                child.bell.rung.store(true, Ordering::Release);
                self.left -= 1;
                self.running[index] = None;
                return Poll::Ready(Some((index, output)));
            }
        }
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let waker = poller.waker();
        let mut notes = self.board.notes();
        if notes.woken.is_empty() {
            let old = notes.waker.replace(waker.clone());
            drop(notes);
            drop(old);
        } else {
            drop(notes);
            waker.wake_by_ref();
        }
        self.waited = true;
        Poll::Pending
    }
}
