use core::any::type_name;
use core::hint;
use core::marker::PhantomData;
use core::mem;
use core::pin::Pin;
use core::task::Poll;

use super::lend::{Ended, Slot};
use crate::exit::{Exit, Failure};
use crate::lost::{self, BodyLost, Loss};
use crate::panics;
use crate::returns::{FailsInto, Returns};

/// The frame of a context manager: its locals, and where it stands.
///
/// The future inside of it must never be polled by anyone else, so it is not to be had.
pub struct Frame<S, F> {
    /// `None` once it has been dropped ahead of time.
    future: Option<F>,
    returns: PhantomData<fn(S) -> S>,
}

impl<S: Returns, F: Future<Output = Ended<S>>> Frame<S, F> {
    #[inline(always)]
    pub(crate) fn new(future: F) -> Self {
        Frame {
            future: Some(future),
            returns: PhantomData,
        }
    }

    /// Runs the enter half.
    #[inline(always)]
    pub(crate) fn enter(self: Pin<&mut Self>) -> Result<S::Value, S::Error> {
        let mut slot = Slot::empty();
        match (self.poll(&mut slot), slot.into_lent()) {
            (Poll::Pending, Some(value)) => Ok(value.into_inner()),
            (Poll::Ready(Err(error)), _) => Err(error),
            // SAFETY: to complete with `Ok` a frame needs a `VisibleReturn`, which is made of a slot
            // with an exit alone; this slot had none, and the frame was not polled with one.
            (Poll::Ready(Ok(_)), _) => unsafe { hint::unreachable_unchecked() },
            (Poll::Pending, _) => awaits::<F>(),
        }
    }

    /// Runs the exit half. When this comes back, or panics, the frame has no locals any more that
    /// could look at `exit`.
    #[inline(always)]
    pub(crate) fn exit(
        mut self: Pin<&mut Self>,
        value: S::Value,
        exit: Exit<'_>,
    ) -> Result<(), S::Error> {
        let mut slot = Slot::exiting(value, exit);
        match self.as_mut().poll(&mut slot) {
            Poll::Ready(ended) => ended.map(|_| ()),
            Poll::Pending => {
                drop(slot.into_exiting());
                self.drop_locals();
                awaits::<F>()
            }
        }
    }

    /// Runs the exit half behind a body that can fail, and decides whose error is returned. It is
    /// run in one place, as the frame is taken apart only where one is followed by nothing.
    #[inline(always)]
    pub(crate) fn settle<Q, E>(
        self: Pin<&mut Self>,
        value: S::Value,
        result: Result<Q, E>,
    ) -> Result<Q, E>
    where
        S: FailsInto<E>,
        E: Failure,
    {
        let exit = result.as_ref().err().map_or(Exit::Completed, |error| {
            let error: &(dyn Failure + 'static) = error;
            Exit::Failed(error)
        });
        let on_unwind = BodyLost::<F, _, _>::on_unwind(&result);
        let exited = self.exit(value, exit);
        mem::forget(on_unwind);
        match (result, exited) {
            (Ok(result), Ok(())) => Ok(result),
            (Ok(_), Err(error)) => Err(S::convert(error)),
            (Err(error), Ok(())) => Err(error),
            (Err(error), Err(lost)) => {
                lost::report(type_name::<F>(), Loss::Error(&lost), Exit::Failed(&error));
                Err(error)
            }
        }
    }

    /// Runs the exit half where there is nobody to return an error to.
    #[inline(never)]
    pub(crate) fn exit_on_drop(self: Pin<&mut Self>, value: S::Value, entered_panicking: bool) {
        if panics::panicking() {
            let exit = if entered_panicking {
                Exit::Dropped
            } else {
                Exit::Panicked
            };
            self.exit_unwinding(value, exit);
        } else if let Err(error) = self.exit(value, Exit::Dropped) {
            lost::report(type_name::<F>(), Loss::Error(&error), Exit::Dropped);
        }
    }

    /// Runs the exit half while a panic unwinds, which no second panic may join.
    #[cold]
    #[inline(never)]
    pub(crate) fn exit_unwinding(self: Pin<&mut Self>, value: S::Value, exit: Exit<'static>) {
        match panics::catch(|| self.exit(value, exit)) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => lost::report(type_name::<F>(), Loss::Error(&error), exit),
            Err(payload) => payload.report(type_name::<F>(), exit),
        }
    }

    pub(crate) fn drop_locals(self: Pin<&mut Self>) {
        self.future().set(None);
    }

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, slot: &mut Slot<'_, S::Value>) -> Poll<Ended<S>> {
        match self.future().as_pin_mut() {
            Some(future) => slot.expose(|poller| future.poll(poller)),
            None => Poll::Pending,
        }
    }

    #[inline(always)]
    fn future(self: Pin<&mut Self>) -> Pin<&mut Option<F>> {
        // SAFETY: the future is pinned whenever the frame is: it is never moved out, `Frame` has
        // no destructor, and it is `Unpin` only when the future is.
        unsafe { self.map_unchecked_mut(|frame| &mut frame.future) }
    }
}

/// The attribute refuses every `.await` that it sees; another macro can still hide one.
#[cold]
#[inline(never)]
fn awaits<F>() -> ! {
    panic!(
        "`{}` is not an `async fn` but waits for a future that is not ready",
        lost::name(type_name::<F>())
    )
}
