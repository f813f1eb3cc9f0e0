//! Async contexts, polled to their end.

use std::future::Future;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};

use guard_core::{AsyncExitStack, LocalAsyncExitStack, context_manager, yield_point};

use super::world::{Refused, body, failing};
use super::{Comparison, Measured, Size, World, measured};
use crate::row::{Bar, Known, Limit};

type Boxes<'w> = Vec<Pin<Box<dyn Future<Output = ()> + 'w>>>;

/// Waits for something that is ready after as many polls.
struct After(u32);

impl Future for After {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, poller: &mut Context<'_>) -> Poll<()> {
        if self.0 == 0 {
            return Poll::Ready(());
        }
        self.0 -= 1;
        poller.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Counts how often a task is woken.
struct Wakes(AtomicU64);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

fn wakes<F: Future>(future: F) -> u64 {
    let count = Arc::new(Wakes(AtomicU64::new(0)));
    let waker = Waker::from(count.clone());
    let mut future = pin!(future);
    while future
        .as_mut()
        .poll(&mut Context::from_waker(&waker))
        .is_pending()
    {}
    count.0.load(Relaxed)
}

fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut poller = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut poller) {
            return output;
        }
    }
}

/// An enter half, a body, or an exit half, each of which waits for `PENDS` polls.
async fn come<const PENDS: u32>(world: &World) -> u64 {
    After(PENDS).await;
    world.come()
}

async fn go<const PENDS: u32>(world: &World, number: u64) {
    After(PENDS).await;
    world.go(number);
}

async fn work<const PENDS: u32>(number: &mut u64) {
    After(PENDS).await;
    body(number);
}

async fn fail<const PENDS: u32>(number: &mut u64) -> Result<(), Refused> {
    After(PENDS).await;
    failing(number)
}

#[context_manager]
async fn context<const PENDS: u32>(world: &World) -> u64 {
    let number = come::<PENDS>(world).await;
    yield_point!(number);
    go::<PENDS>(world, number).await;
}

async fn ours<const PENDS: u32>(world: &World) {
    context::<PENDS>(world)
        .with(async |number| work::<PENDS>(number).await)
        .await;
}

async fn ours_failing<const PENDS: u32>(world: &World) {
    let _: Result<(), Refused> = context::<PENDS>(world)
        .try_with(async |number| fail::<PENDS>(number).await)
        .await;
}

/// Forgets to close when the body panics, or is dropped.
async fn hand<const PENDS: u32>(world: &World) {
    let mut number = come::<PENDS>(world).await;
    work::<PENDS>(&mut number).await;
    go::<PENDS>(world, number).await;
}

async fn hand_failing<const PENDS: u32>(world: &World) {
    let mut number = come::<PENDS>(world).await;
    let _: Result<(), Refused> = fail::<PENDS>(&mut number).await;
    go::<PENDS>(world, number).await;
}

/// Closes when the body panics too, and says so when it is dropped.
async fn hand_catching<const PENDS: u32>(world: &World) {
    let mut number = come::<PENDS>(world).await;
    let mut unfinished = Unfinished { told: false };
    let worked = caught(work::<PENDS>(&mut number)).await;
    go::<PENDS>(world, number).await;
    unfinished.told = true;
    if let Err(payload) = worked {
        resume_unwind(payload);
    }
}

struct Unfinished {
    told: bool,
}

impl Drop for Unfinished {
    #[inline]
    fn drop(&mut self) {
        if !self.told {
            unfinished();
        }
    }
}

#[cold]
fn unfinished() {
    eprintln!("closing was not awaited");
}

async fn caught<F: Future>(future: F) -> std::thread::Result<F::Output> {
    let mut future = pin!(future);
    std::future::poll_fn(|poller| {
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(poller)));
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(payload) => Poll::Ready(Err(payload)),
        }
    })
    .await
}

fn with<const PENDS: u32>(world: &World) {
    run(ours::<PENDS>(world));
}

fn try_with<const PENDS: u32>(world: &World) {
    run(ours_failing::<PENDS>(world));
}

fn by_hand<const PENDS: u32>(world: &World) {
    run(hand::<PENDS>(world));
}

fn by_hand_failing<const PENDS: u32>(world: &World) {
    run(hand_failing::<PENDS>(world));
}

fn by_hand_catching<const PENDS: u32>(world: &World) {
    run(hand_catching::<PENDS>(world));
}

fn stack<const N: usize>(world: &World) {
    run(async {
        let stack = AsyncExitStack::local();
        for _ in 0..N {
            world.come();
            stack.async_callback(async || go::<0>(world, world.inside.get()).await);
        }
        let _ = black_box(stack).close().await;
    });
}

fn stack_boxed<const N: usize>(world: &World) {
    run(async {
        let mut boxes = Boxes::new();
        for _ in 0..N {
            world.come();
            boxes.push(Box::pin(async { go::<0>(world, world.inside.get()).await }));
        }
        let mut boxes = black_box(boxes);
        while let Some(future) = boxes.pop() {
            future.await;
        }
    });
}

fn compare(
    what: &'static str,
    ours: Measured,
    against: &'static str,
    theirs: Measured,
    bar: Option<Bar>,
) -> Comparison {
    Comparison {
        section: "async",
        what,
        against,
        ours,
        theirs,
        times: 1,
        bar,
        allocations: 0,
    }
}

/// By hand, what never pends compiles to straight code, with no future left.
fn bar(known: f64) -> Bar {
    Bar::of(Limit::AtMost(1.02)).missed_by(Known::Beyond(known))
}

const HAND: &str = "open, body, close";
const CATCHING: &str = "the same, catching panics";
const BOXES: &str = "Vec of boxed futures";

pub(super) fn comparisons() -> Vec<Comparison> {
    let ready = measured!(with::<0>);
    let pending = measured!(with::<1>);
    vec![
        compare(
            "with, nothing pends",
            ready,
            HAND,
            measured!(by_hand::<0>),
            Some(bar(134.0)),
        ),
        compare(
            "with, nothing pends",
            ready,
            CATCHING,
            measured!(by_hand_catching::<0>),
            None,
        ),
        compare(
            "with, each step pends",
            pending,
            HAND,
            measured!(by_hand::<1>),
            Some(bar(187.0)),
        ),
        compare(
            "with, each step pends",
            pending,
            CATCHING,
            measured!(by_hand_catching::<1>),
            None,
        ),
        compare(
            "try_with, nothing pends",
            measured!(try_with::<0>),
            HAND,
            measured!(by_hand_failing::<0>),
            Some(bar(142.0)),
        ),
        compare(
            "try_with, each step pends",
            measured!(try_with::<1>),
            HAND,
            measured!(by_hand_failing::<1>),
            Some(bar(196.0)),
        ),
        of_stack(
            "AsyncExitStack, 1",
            measured!(stack::<1>),
            measured!(stack_boxed::<1>),
            1,
        ),
        of_stack(
            "AsyncExitStack, 10",
            measured!(stack::<10>),
            measured!(stack_boxed::<10>),
            10,
        ),
        of_stack(
            "AsyncExitStack, 1,000",
            measured!(stack::<1_000>),
            measured!(stack_boxed::<1_000>),
            1_000,
        ),
    ]
}

fn of_stack(what: &'static str, ours: Measured, theirs: Measured, times: u64) -> Comparison {
    Comparison {
        times,
        allocations: 2 * times + 1 + u64::from(times.ilog2()),
        ..compare(what, ours, BOXES, theirs, None)
    }
}

pub(super) fn sizes() -> Vec<Size> {
    let world = World::default();
    let hand = size_of_val(&hand::<1>(&world));
    let catching = size_of_val(&hand_catching::<1>(&world));
    let with = size_of_val(&ours::<1>(&world));
    let size = |what, ours, against, theirs| Size {
        what,
        ours,
        against,
        theirs,
    };
    vec![
        size("future of with", with, HAND, hand),
        size("future of with", with, CATCHING, catching),
        size(
            "AsyncExitStack",
            size_of::<LocalAsyncExitStack<'_>>(),
            BOXES,
            size_of::<Boxes<'_>>(),
        ),
    ]
}

/// Wake-ups of a body, an enter half and an exit half that each wait three times: ours, and by hand.
pub(super) fn wake_ups() -> (u64, u64) {
    let world = World::default();
    (wakes(ours::<3>(&world)), wakes(hand::<3>(&world)))
}
