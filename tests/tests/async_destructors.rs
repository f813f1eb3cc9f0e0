//! What runs around async contexts while they are given up: executors that refuse, destructors of
//! bodies and of errors that panic, and the hidden parts of the expansion in the wrong order.

mod support;

use std::cell::RefCell;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use guard_core::{__private, ExitHalf, context_manager, yield_point};
use support::driven::{Driven, driven};
use support::lost::losing;
use support::{blow_up, caught, events, note};

#[context_manager]
fn plain() {
    let exit = yield_point!();
    note(format!("plain {exit:?}"));
}

#[context_manager]
async fn resting() -> Result<(), Loud> {
    let exit = yield_point!();
    rest().await;
    note(format!("resting {exit:?}"));
    Err(Loud)
}

async fn rest() {
    tokio::task::yield_now().await;
}

/// An error whose destructor panics.
#[derive(Debug)]
struct Loud;

impl Drop for Loud {
    fn drop(&mut self) {
        blow_up("an error is dropped");
    }
}

/// An exit half that need not wait needs no executor either: opting in to one loses nothing.
#[test]
fn a_context_that_does_not_wait_exits_where_the_executor_refuses() {
    let ((), lost) = losing(|| {
        let guard = driven(plain().into_async().finish_on(drop::<ExitHalf>).enter()).0;
        drop(guard);
    });
    assert_eq!(lost, []);
    assert_eq!(events(), ["plain Dropped"]);
}

/// The inner one of two executors is asked where the outer one refuses.
#[test]
fn an_executor_that_refuses_leaves_the_other_one() {
    thread_local! {
        static HALF: RefCell<Option<ExitHalf>> = const { RefCell::new(None) };
    }
    let context = plain_async().finish_on(|half| HALF.set(Some(half)));
    let ((), lost) = losing(|| drop(driven(context.finish_on(drop::<ExitHalf>).enter()).0));
    assert_eq!(lost, []);
    driven(HALF.take().expect("handed over"));
    assert_eq!(events(), ["exit Dropped"]);
}

#[context_manager]
async fn plain_async() {
    let exit = yield_point!();
    rest().await;
    note(format!("exit {exit:?}"));
}

/// A body that is ready at once, and panics as it is dropped.
struct Body;

impl Future for Body {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        blow_up("the body is dropped");
    }
}

/// The destructor of a body is part of it: the exit half is awaited, and told.
#[test]
fn a_body_that_panics_as_it_is_dropped_has_panicked() {
    let (ended, lost) = losing(|| caught(|| driven(plain_async().with(|(): &mut ()| Body)).0));
    assert_eq!(ended, Err("the body is dropped".to_owned()));
    assert_eq!(lost, []);
    assert_eq!(events(), ["exit Panicked"]);
}

/// An exit half on an executor does not panic, whatever the errors do that it reports.
#[test]
fn an_error_that_panics_as_it_is_dropped_does_not_get_out_of_an_exit_half() {
    thread_local! {
        static HALF: RefCell<Option<ExitHalf>> = const { RefCell::new(None) };
    }
    let ((), lost) = losing(|| {
        let context = resting().finish_on(|half| HALF.set(Some(half)));
        drop(driven(context.enter()).0);
        driven(HALF.take().expect("handed over"));
    });
    let losses: Vec<_> = lost.iter().map(|lost| &*lost.loss).collect();
    assert_eq!(losses, ["error Loud", "panic \"an error is dropped\""]);
    assert_eq!(events(), ["resting Dropped"]);
}

/// The parts of the expansion are safe to call, and so in any order: a frame that stands elsewhere
/// than where it is asked to go on from does not move.
#[test]
fn a_frame_is_entered_once() {
    let (frame, mut place) = __private::start(plain_async());
    let mut frame = pin!(frame);
    let mut poller = Context::from_waker(Waker::noop());
    let held = driven(frame.as_mut().hold(&mut place)).0;
    let __private::Ending::Waits(exiting) = held.end(Ok(())) else {
        unreachable!("it is async");
    };
    let mut exiting = Box::pin(exiting);
    assert!(exiting.as_mut().poll(&mut poller).is_pending());
    std::mem::forget(exiting);
    let mut again = Box::pin(frame.as_mut().hold(&mut place));
    for _ in 0..3 {
        assert!(again.as_mut().poll(&mut poller).is_pending());
    }
}
/// A destructor of the body may use what the body was lent, when the future is given up.
#[test]
fn a_body_that_is_given_up_uses_what_it_was_lent() {
    struct Writes<'v>(&'v mut Vec<u8>);
    impl Drop for Writes<'_> {
        fn drop(&mut self) {
            self.0.push(1);
            note(format!("{:?}", self.0));
        }
    }
    #[context_manager]
    async fn bytes() -> Vec<u8> {
        yield_point!(vec![0]);
    }
    let mut driven = Driven::new(bytes().with(async |lent| {
        let _writes = Writes(lent);
        std::future::pending::<()>().await;
    }));
    assert!(driven.poll().is_pending());
    losing(|| drop(driven));
    assert_eq!(events(), ["[0, 1]"]);
}
