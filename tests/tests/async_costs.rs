//! Guards what an async context costs in allocations: none, but for a guard and for `finish_on`,
//! one each.

#[path = "support/counting.rs"]
mod counting;
mod support;

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use counting::{Counting, counted};
use guard_core::{
    AsyncContextManager, AsyncGuard, Either, Executor, Exit, ExitHalf, context_manager, yield_point,
};
use support::turn;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// One that needs no memory.
struct Nowhere;

impl Executor for Nowhere {
    fn execute(&self, _: ExitHalf) {}
}

#[context_manager]
async fn fallible(n: u32) -> Result<u32, u8> {
    turn().await;
    let array = [n; 64];
    yield_point!(n);
    turn().await;
    if array[1] == 3 { Err(1) } else { Ok(()) }
}

#[context_manager]
async fn plain(n: u32) -> u32 {
    turn().await;
    let array = [n; 64];
    let exit = yield_point!(n);
    turn().await;
    assert!(array[0] <= n && !matches!(exit, Exit::Panicked));
}

#[context_manager(finish_on = Nowhere)]
async fn finished(n: u32) -> u32 {
    turn().await;
    yield_point!(n);
    turn().await;
}

#[context_manager]
fn synchronous(n: u32) -> u32 {
    yield_point!(n);
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// How often a future allocates and frees in all, polled where it is.
fn cost<Q>(future: impl Future<Output = Q>) -> (usize, usize) {
    let ((), allocated, freed) = counted(|| {
        let mut future = pin!(future);
        while poll(future.as_mut()).is_pending() {}
    });
    (allocated, freed)
}

async fn body(n: &mut u32) -> u32 {
    turn().await;
    *n += 1;
    *n
}

async fn failing(n: &mut u32) -> Result<(), u8> {
    turn().await;
    *n += 1;
    Err(7)
}

#[test]
fn with_and_try_with_allocate_nothing() {
    assert_eq!(cost(plain(1).with(body)), (0, 0));
    assert_eq!(cost(fallible(1).with(body)), (0, 0));
    assert_eq!(cost(fallible(3).with(body)), (0, 0));
    assert_eq!(cost(plain(1).try_with(failing)), (0, 0));
    assert_eq!(cost(fallible(1).try_with(failing)), (0, 0));
    let completes = async |n: &mut u32| Ok::<_, u8>(body(n).await);
    assert_eq!(cost(fallible(3).try_with(completes)), (0, 0));
}

/// Nor do those that are made of others.
#[test]
fn what_is_made_of_a_context_allocates_nothing() {
    let slice = async |n: &mut [u32]| body(&mut n[0]).await;
    assert_eq!(cost(Some(plain(1)).with(slice)), (0, 0));
    assert_eq!(
        cost(AsyncContextManager::with(synchronous(1), body)),
        (0, 0)
    );
    assert_eq!(cost(plain(1).fallible::<u8>().try_with(failing)), (0, 0));
    assert_eq!(cost(fallible(3).map_err(u16::from).with(body)), (0, 0));
    for left in [true, false] {
        let either = if left {
            Either::Left(plain(1))
        } else {
            Either::Right(synchronous(1))
        };
        assert_eq!(cost(either.with(body)), (0, 0));
    }
    let nested = plain(1).with(async |n| fallible(*n).try_with(failing).await);
    assert_eq!(cost(nested), (0, 0));
}

#[test]
fn a_guard_allocates_once() {
    let exited = async || {
        let mut guard = plain(1).enter().await;
        body(&mut guard).await;
        AsyncGuard::exit(guard).await;
    };
    assert_eq!(cost(exited()), (1, 1));
    let exited_with_an_error = async || {
        let mut guard = fallible(1).enter_local().await?;
        let error = body(&mut guard).await;
        AsyncGuard::exit_with(guard, Exit::Failed(&error)).await
    };
    assert_eq!(cost(exited_with_an_error()), (1, 1));
    // It is made before the enter half runs, so that nothing fails in between.
    let (mut entering, allocated, _) = counted(|| {
        let mut future = Box::pin(fallible(1).enter());
        assert!(poll(future.as_mut()).is_pending());
        future
    });
    assert_eq!(allocated, 1 + 1, "with that of the test");
    let (entered, allocated, freed) = counted(|| poll(entering.as_mut()));
    assert_eq!((allocated, freed), (0, 0));
    let Poll::Ready(Ok(guard)) = entered else {
        panic!("it waits once")
    };
    assert_eq!(cost(AsyncGuard::exit(guard)), (0, 1));
}

/// The frame has an allocation of its own, with which it can go elsewhere; so has an error that it
/// may be told of there.
#[test]
fn to_be_finished_elsewhere_costs_one_allocation() {
    assert_eq!(cost(plain(1).finish_on(Nowhere).with(body)), (1, 1));
    assert_eq!(cost(finished(1).with(body)), (1, 1));
    let completes = async |n: &mut u32| Ok::<_, u8>(body(n).await);
    assert_eq!(cost(finished(1).try_with(completes)), (1, 1));
    assert_eq!(cost(finished(1).try_with(failing)), (2, 2));
    // With a guard there are two; the frame does not move from one to the other.
    let exited = async || AsyncGuard::exit(finished(1).enter().await).await;
    assert_eq!(cost(exited()), (2, 2));

    // What is cancelled costs nothing more.
    let ((), allocated, _) = counted(|| {
        let mut future = pin!(plain(1).finish_on(std::mem::forget::<ExitHalf>).with(body));
        assert!(poll(future.as_mut()).is_pending());
        assert!(poll(future.as_mut()).is_pending());
    });
    assert_eq!(allocated, 1);
}
