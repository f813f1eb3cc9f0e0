use core::any::type_name;
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::pin::Pin;
use core::ptr;
use core::task::{Context as Poller, Poll};

use super::exiting::Handed;
use crate::asynchronous::{AsyncHalves, OfAFrame};
use crate::exit::Exit;
use crate::lost::{self, Loss};
use crate::raw::Frame;
use crate::raw::lend::{Ended, Slot};
use crate::returns::Returns;

/// The frame of an `async fn`: its locals, and where it stands.
///
/// The future inside of it must never be polled by anyone else, so it is not to be had.
pub struct AsyncFrame<S, F> {
    future: ManuallyDrop<F>,
    stands: Stands,
    returns: PhantomData<fn(S) -> S>,
}

/// Where a frame stands.
#[derive(Clone, Copy)]
enum Stands {
    BeforeItsExitHalf,
    InTheExitHalf,
    /// It has been dropped ahead of time.
    Gone,
}

impl<S, F> AsyncFrame<S, F> {
    #[inline(always)]
    pub(crate) fn new(future: F) -> Self {
        AsyncFrame {
            future: ManuallyDrop::new(future),
            stands: Stands::BeforeItsExitHalf,
            returns: PhantomData,
        }
    }

    /// The future, unless it is gone, and where it stands.
    #[inline(always)]
    fn project(self: Pin<&mut Self>) -> Option<(Pin<&mut F>, &mut Stands)> {
        // SAFETY: nothing is moved out of what is pinned.
        let frame = unsafe { self.get_unchecked_mut() };
        if let Stands::Gone = frame.stands {
            return None;
        }
        // SAFETY: the future is pinned whenever the frame is: it is never moved out, the destructor
        // drops it where it is, and the frame is `Unpin` only when the future is.
        let future = unsafe { Pin::new_unchecked(&mut *frame.future) };
        Some((future, &mut frame.stands))
    }
}

impl<S, F> Drop for AsyncFrame<S, F> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Stands::Gone = self.stands {
            return;
        }
        self.stands = Stands::Gone;
        // SAFETY: it is not used again.
        unsafe { ManuallyDrop::drop(&mut self.future) };
    }
}

impl<S, F> OfAFrame for AsyncFrame<S, F> {}

impl<S: Returns, F: Future<Output = Ended<S>>> AsyncHalves<S> for AsyncFrame<S, F> {
    fn name(self: Pin<&mut Self>) -> &'static str {
        type_name::<F>()
    }

    /// A frame that waits for something has not yielded.
    #[inline(always)]
    unsafe fn poll(
        self: Pin<&mut Self>,
        handed: &mut Handed<'_, S::Value>,
        poller: &mut Poller<'_>,
    ) -> Poll<Result<Option<S::Value>, S::Error>> {
        let Some((future, stands)) = self.project() else {
            return Poll::Pending;
        };
        let exposed = matches!(stands, Stands::BeforeItsExitHalf);
        let mut slot = match handed.take() {
            Some((value, exit)) => {
                *stands = Stands::InTheExitHalf;
                Slot::exiting(value, exit)
            }
            None => Slot::empty(),
        };
        let Poll::Ready(ended) = slot.expose_in(poller, exposed, |poller| future.poll(poller))
        else {
            return match slot.into_lent() {
                Some(value) => Poll::Ready(Ok(Some(value.into_inner()))),
                None => Poll::Pending,
            };
        };
        // An `async` block that has ended holds nothing any more, and has taken what it was handed: its
        // yield point, where it stood, was polled first.
        *stands = Stands::Gone;
        Poll::Ready(ended.map(|_| None))
    }

    fn is_exiting(self: Pin<&mut Self>) -> bool {
        matches!(self.stands, Stands::InTheExitHalf)
    }

    #[cold]
    #[inline(never)]
    fn abandon(self: Pin<&mut Self>, value: S::Value) {
        lost::report(type_name::<F>(), Loss::Unfinished, Exit::Dropped);
        drop(value);
        self.drop_locals();
    }

    fn drop_locals(self: Pin<&mut Self>) {
        let Some((future, stands)) = self.project() else {
            return;
        };
        *stands = Stands::Gone;
        // SAFETY: nothing is moved out of it.
        let future: *mut F = unsafe { future.get_unchecked_mut() };
        // SAFETY: it is not used again.
        unsafe { ptr::drop_in_place(future) };
    }
}

impl<S, F> OfAFrame for Frame<S, F> {}

/// A context that is not async, among those that are. Its exit half has no need to wait, and so it
/// runs when it is dropped.
impl<S: Returns, F: Future<Output = Ended<S>>> AsyncHalves<S> for Frame<S, F> {
    fn name(self: Pin<&mut Self>) -> &'static str {
        type_name::<F>()
    }

    #[inline(always)]
    unsafe fn poll(
        self: Pin<&mut Self>,
        handed: &mut Handed<'_, S::Value>,
        _: &mut Poller<'_>,
    ) -> Poll<Result<Option<S::Value>, S::Error>> {
        Poll::Ready(match handed.take() {
            None => self.enter().map(Some),
            Some((value, exit)) => self.exit(value, exit.into()).map(|()| None),
        })
    }

    /// A panic that unwinds now is none of the body's, which is not being polled.
    fn abandon(mut self: Pin<&mut Self>, value: S::Value) {
        *self.as_mut().panic_is_foreign() = true;
        self.exit_on_drop(value);
    }

    fn drop_locals(self: Pin<&mut Self>) {
        Frame::drop_locals(self);
    }
}
