use core::any::type_name;
use core::hint;
use core::marker::PhantomData;
use core::pin::Pin;
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
    /// `None` once it has been dropped ahead of time.
    future: Option<F>,
    stands: Stands,
    returns: PhantomData<fn(S) -> S>,
}

/// Where a frame stands.
#[derive(Clone, Copy)]
enum Stands {
    InTheEnterHalf,
    AtTheYieldPoint,
    InTheExitHalf,
}

impl<S, F> AsyncFrame<S, F> {
    #[inline(always)]
    pub(crate) fn new(future: F) -> Self {
        AsyncFrame {
            future: Some(future),
            stands: Stands::InTheEnterHalf,
            returns: PhantomData,
        }
    }

    /// The future, if there is one, and where it stands.
    #[inline(always)]
    fn project(self: Pin<&mut Self>) -> (Pin<&mut Option<F>>, &mut Stands) {
        // SAFETY: nothing is moved out of what is pinned.
        let frame = unsafe { self.get_unchecked_mut() };
        // SAFETY: the future is pinned whenever the frame is: it is never moved out, `AsyncFrame`
        // has no destructor, and it is `Unpin` only when the future is.
        let future = unsafe { Pin::new_unchecked(&mut frame.future) };
        (future, &mut frame.stands)
    }
}

impl<S, F> OfAFrame for AsyncFrame<S, F> {}

impl<S: Returns, F: Future<Output = Ended<S>>> AsyncHalves<S> for AsyncFrame<S, F> {
    fn name(self: Pin<&mut Self>) -> &'static str {
        type_name::<F>()
    }

    /// A frame that waits for something has not yielded.
    #[inline(always)]
    fn poll_enter(
        self: Pin<&mut Self>,
        poller: &mut Poller<'_>,
    ) -> Poll<Result<S::Value, S::Error>> {
        let (future, stands) = self.project();
        let (Some(future), Stands::InTheEnterHalf) = (future.as_pin_mut(), *stands) else {
            return Poll::Pending;
        };
        let mut slot = Slot::empty();
        let answer = slot.expose_in(poller, |poller| future.poll(poller));
        match (answer, slot.into_lent()) {
            (Poll::Pending, Some(value)) => {
                *stands = Stands::AtTheYieldPoint;
                Poll::Ready(Ok(value.into_inner()))
            }
            (Poll::Pending, _) => Poll::Pending,
            (Poll::Ready(Err(error)), _) => Poll::Ready(Err(error)),
            // SAFETY: to complete with `Ok` a frame needs a `VisibleReturn`, which is made of a
            // slot with an exit alone. This slot had none, and in the enter half none has.
            (Poll::Ready(Ok(_)), _) => unsafe { hint::unreachable_unchecked() },
        }
    }

    #[inline(always)]
    unsafe fn poll_exit(
        self: Pin<&mut Self>,
        handed: &mut Handed<'_, S::Value>,
        poller: &mut Poller<'_>,
    ) -> Poll<Result<(), S::Error>> {
        let (future, stands) = self.project();
        let Some(future) = future.as_pin_mut() else {
            return Poll::Pending;
        };
        let answer = match (*stands, handed.take()) {
            (Stands::InTheExitHalf, None) => future.poll(poller),
            (Stands::AtTheYieldPoint, Some((value, exit))) => {
                let mut slot = Slot::exiting(value, exit);
                let answer = slot.expose_in(poller, |poller| future.poll(poller));
                match slot.into_exiting() {
                    None => *stands = Stands::InTheExitHalf,
                    back => *handed = back,
                }
                answer
            }
            _ => Poll::Pending,
        };
        answer.map(|ended| ended.map(|_| ()))
    }

    #[cold]
    #[inline(never)]
    fn abandon(self: Pin<&mut Self>, value: S::Value) {
        lost::report(type_name::<F>(), Loss::Unfinished, Exit::Dropped);
        drop(value);
        self.drop_locals();
    }

    fn drop_locals(self: Pin<&mut Self>) {
        self.project().0.set(None);
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
    fn poll_enter(self: Pin<&mut Self>, _: &mut Poller<'_>) -> Poll<Result<S::Value, S::Error>> {
        Poll::Ready(self.enter())
    }

    #[inline(always)]
    unsafe fn poll_exit(
        self: Pin<&mut Self>,
        handed: &mut Handed<'_, S::Value>,
        _: &mut Poller<'_>,
    ) -> Poll<Result<(), S::Error>> {
        match handed.take() {
            Some((value, exit)) => Poll::Ready(self.exit(value, exit.into())),
            None => Poll::Pending,
        }
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
