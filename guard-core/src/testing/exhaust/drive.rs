//! Runs an async scenario once.

use core::future::poll_fn;
use core::pin::{Pin, pin};
use core::task::{Context, Poll, Waker};
use std::boxed::Box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Wake;
use std::thread::{self, Thread};
use std::time::Duration;

use super::BlockOn;
use super::ran::{End, Ended};
use crate::testing::faults::run::Run;
use crate::testing::ledger::uncounted;
use crate::testing::tracker::turn;
use crate::testing::{Faults, Outcome};

/// How often the executor is given a turn while a resource is open, and after how many of them it is
/// given the time to look after its timers and sockets too. Together a tenth of a second.
const TURNS: usize = 6_400;
const REST: usize = 64;

/// Drops the future where the plan says so, and goes on until what it has handed to the executor is
/// closed.
pub(super) fn drive<R: Ended>(
    run: &Arc<Run>,
    block_on: &mut BlockOn<'_>,
    scenario: &mut impl AsyncFnMut(&Faults) -> R,
) -> End {
    let faults = Faults::of(run.clone());
    let mut end = None;
    block_on(Box::pin(async {
        let ended = cancelling(run, scenario(&faults)).await;
        settled(run).await;
        let open = uncounted(|| run.tracker.open_records());
        end = Some(End { open, ..ended });
    }));
    end.unwrap_or_else(|| panic!("`block_on` has returned before the future was ready"))
}

async fn cancelling<R: Ended>(run: &Run, scenario: impl Future<Output = R>) -> End {
    let mut scenario = Some(Box::pin(scenario));
    let end = poll_fn(|poller| {
        let Some(future) = &mut scenario else {
            return Poll::Ready(End::with(Outcome::Dropped));
        };
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(poller))) {
            Ok(Poll::Ready(result)) => Poll::Ready(End::of(|| result)),
            Ok(Poll::Pending) if run.pending() => {
                Poll::Ready(End::of(|| drop(scenario.take())).cancelled())
            }
            Ok(Poll::Pending) => Poll::Pending,
            Err(payload) => Poll::Ready(End::panicked(&*payload)),
        }
    })
    .await;
    // What the future still holds is dropped within the executor.
    match catch_unwind(AssertUnwindSafe(|| drop(scenario))) {
        Ok(()) => end,
        Err(payload) => End::panicked(&*payload),
    }
}

impl End {
    fn cancelled(self) -> Self {
        match self.outcome {
            Outcome::Completed => End::with(Outcome::Dropped),
            _ => self,
        }
    }
}

async fn settled(run: &Run) {
    for n in 0..TURNS {
        if run.tracker.open_now() == 0 {
            break;
        }
        if n % REST == REST - 1 {
            thread::sleep(Duration::from_millis(1));
        }
        turn().await;
    }
}

/// An executor for one future, which needs nothing but this thread.
pub(super) fn block_on(future: Pin<Box<dyn Future<Output = ()> + '_>>) {
    struct Unparks(Thread);
    impl Wake for Unparks {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unparks(thread::current())));
    let mut future = pin!(future);
    while future
        .as_mut()
        .poll(&mut Context::from_waker(&waker))
        .is_pending()
    {
        thread::park();
    }
}
