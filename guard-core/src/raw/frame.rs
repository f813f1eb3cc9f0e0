use core::any::type_name;
use core::hint;
use core::marker::PhantomData;
use core::mem::{self, ManuallyDrop};
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
///
/// What is called with the address of a frame on rare paths is `#[cold]` and `#[inline]`: it is not
/// inlined, but there is a copy in every codegen unit, in which the optimiser sees that the address
/// is not kept, so that the body cannot get at the frame.
pub struct Frame<S, F> {
    /// Dropped with the frame, if it has not been before.
    future: ManuallyDrop<F>,
    dropped: bool,
    /// Whether a panic that unwinds when a destructor exits the frame is none of the body's. It is
    /// here, beside what has to be written to memory anyway, for no register to be taken up by it.
    panic_is_foreign: bool,
    returns: PhantomData<fn(S) -> S>,
}

impl<S, F> Frame<S, F> {
    #[inline(always)]
    fn drop_future(&mut self) {
        if !mem::replace(&mut self.dropped, true) {
            // SAFETY: it has not been dropped, and `dropped` keeps it from being used again.
            unsafe { ManuallyDrop::drop(&mut self.future) }
        }
    }
}

impl<S, F> Drop for Frame<S, F> {
    #[inline(always)]
    fn drop(&mut self) {
        self.drop_future();
    }
}

impl<S: Returns, F: Future<Output = Ended<S>>> Frame<S, F> {
    #[inline(always)]
    pub(crate) fn new(future: F) -> Self {
        Frame {
            future: ManuallyDrop::new(future),
            dropped: false,
            panic_is_foreign: false,
            returns: PhantomData,
        }
    }

    /// Runs the enter half.
    #[inline(always)]
    pub(crate) fn enter(mut self: Pin<&mut Self>) -> Result<S::Value, S::Error> {
        let mut slot = Slot::empty();
        match (self.as_mut().poll(&mut slot), slot.into_lent()) {
            (Poll::Pending, Some(value)) => Ok(value.into_inner()),
            (Poll::Ready(Err(error)), _) => Err(error),
            // SAFETY: to complete with `Ok` a frame needs a `VisibleReturn`, which is made of a slot
            // with an exit alone; this slot had none, and the frame was not polled with one.
            (Poll::Ready(Ok(_)), _) => unsafe { hint::unreachable_unchecked() },
            (Poll::Pending, _) => self.awaits(),
        }
    }

    /// Notes, of a frame that a destructor may exit, whether it was entered in a panic.
    #[inline(always)]
    pub(crate) fn note_panic(self: Pin<&mut Self>) {
        if panics::panicking() {
            *self.panic_is_foreign() = true;
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
                self.awaits()
            }
        }
    }

    /// Runs the exit half behind a body that can fail, and decides whose error is returned. There is
    /// one call of it: with one for each outcome, the frame would be kept in memory for them.
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
                Self::lose(lost, Exit::Failed(&error));
                Err(error)
            }
        }
    }

    /// Runs the exit half where there is nobody to return an error to. It is inlined where a
    /// destructor is called on the normal path, if it is small enough.
    #[inline]
    pub(crate) fn exit_on_drop(self: Pin<&mut Self>, value: S::Value) {
        self.exit_on_drop_inlined(value);
    }

    /// As `exit_on_drop`, but inlined wherever it is called.
    #[inline(always)]
    pub(super) fn exit_on_drop_inlined(self: Pin<&mut Self>, value: S::Value) {
        if panics::panicking() {
            self.exit_unwinding(value);
        } else if let Err(error) = self.exit(value, Exit::Dropped) {
            Self::lose(error, Exit::Dropped);
        }
    }

    /// Runs the exit half while a panic unwinds, which no second panic may join.
    #[cold]
    #[inline]
    pub(super) fn exit_unwinding(self: Pin<&mut Self>, value: S::Value) {
        let exit = if self.panic_is_foreign {
            Exit::Dropped
        } else {
            Exit::Panicked
        };
        match panics::catch(|| self.exit(value, exit)) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => Self::lose(error, exit),
            Err(payload) => payload.report(type_name::<F>(), exit),
        }
    }

    /// Tells the hook of an error, and drops it.
    #[cold]
    #[inline(never)]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "its drop glue is not to be where this is called"
    )]
    fn lose(error: S::Error, exit: Exit<'_>) {
        lost::report(type_name::<F>(), Loss::Error(&error), exit);
    }

    /// The attribute refuses every `.await` that it sees; another macro can still hide one.
    #[cold]
    #[inline]
    fn awaits(self: Pin<&mut Self>) -> ! {
        self.drop_locals();
        panic!(
            "`{}` is not an `async fn` but waits for a future that is not ready",
            lost::name(type_name::<F>())
        )
    }

    pub(crate) fn drop_locals(self: Pin<&mut Self>) {
        // SAFETY: nothing is moved.
        unsafe { self.get_unchecked_mut() }.drop_future();
    }

    #[inline(always)]
    pub(super) fn panic_is_foreign(self: Pin<&mut Self>) -> &mut bool {
        // SAFETY: nothing is moved.
        let frame = unsafe { self.get_unchecked_mut() };
        &mut frame.panic_is_foreign
    }

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, slot: &mut Slot<'_, S::Value>) -> Poll<Ended<S>> {
        match self.future() {
            Some(future) => slot.expose(|poller| future.poll(poller)),
            None => Poll::Pending,
        }
    }

    /// `None` if it has been dropped.
    #[inline(always)]
    fn future(self: Pin<&mut Self>) -> Option<Pin<&mut F>> {
        // SAFETY: nothing is moved.
        let frame = unsafe { self.get_unchecked_mut() };
        if frame.dropped {
            return None;
        }
        // SAFETY: the future is pinned whenever the frame is: it is never moved out, it is dropped
        // where it is, and the frame is `Unpin` only when the future is.
        Some(unsafe { Pin::new_unchecked(&mut *frame.future) })
    }
}
