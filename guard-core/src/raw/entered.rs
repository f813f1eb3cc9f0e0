use core::mem::{ManuallyDrop, MaybeUninit, needs_drop};
use core::pin::Pin;
use core::ptr;
use core::task::{Context as Poller, Poll};

use super::frame::Frame;
use super::lend::Ended;
use crate::exit::{Exit, Failure};
use crate::panics;
use crate::returns::{FailsInto, Returns};

/// Runs the exit half of a context whose body panicked. On every other way out it is forgotten.
///
/// The normal path runs the exit half inline and this struct serves the unwinding path alone, so
/// that neither the frame nor the value has its address taken before the body is called.
pub(crate) struct OnUnwind<'r, S: Returns, F: Future<Output = Ended<S>>> {
    pub(crate) frame: Pin<&'r mut Frame<S, F>>,
    pub(crate) value: &'r mut ManuallyDrop<S::Value>,
}

impl<S: Returns, F: Future<Output = Ended<S>>> Drop for OnUnwind<'_, S, F> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: this is dropped because the body panicked, and nobody else takes the value then.
        let value = unsafe { ManuallyDrop::take(self.value) };
        self.frame.as_mut().exit_unwinding(value);
    }
}

/// A context that `enter!`, `with!` or `#[within]` has entered. The frame and the value sit in locals
/// of their own, which the expansion names so that nobody else can.
#[must_use]
pub struct Held<'r, S: Returns, F: Future<Output = Ended<S>>> {
    frame: Pin<&'r mut Frame<S, F>>,
    /// Initialised until this is dropped.
    value: &'r mut MaybeUninit<S::Value>,
    exit_on_drop: ExitOnDrop<S, F>,
}

/// How the destructor runs the exit half: by a function that it calls through a pointer.
///
/// The drop glue is called on the normal path and on the unwinding one. The optimiser inlines it on
/// both if it is small, and finds out only then what the pointer is, which it inlines on the normal
/// path alone. Called by name, the exit half would be inlined into the glue first, and the glue,
/// too large by then, called with the address of all that was to stay in registers.
type ExitOnDrop<S, F> = fn(Pin<&mut Frame<S, F>>, <S as Returns>::Value);

impl<'r, S: Returns, F: Future<Output = Ended<S>>> Held<'r, S, F> {
    /// Runs the enter half.
    #[inline(always)]
    pub fn enter(
        frame: Pin<&'r mut Frame<S, F>>,
        value: &'r mut MaybeUninit<S::Value>,
    ) -> S::Wrapped<Self> {
        S::wrap(Self::try_enter(frame, value))
    }

    /// Runs the enter half for a body at whose end `complete` is called.
    #[inline(always)]
    pub fn enter_to_complete(
        frame: Pin<&'r mut Frame<S, F>>,
        value: &'r mut MaybeUninit<S::Value>,
    ) -> S::Wrapped<Self> {
        S::wrap(Self::hold(frame, value, Frame::exit_on_drop))
    }

    /// What is done about an error, or to drop a value, would make the exit half too large to be
    /// inlined on the normal path alone: it is then inlined on both.
    #[inline(always)]
    pub(crate) fn try_enter(
        frame: Pin<&'r mut Frame<S, F>>,
        value: &'r mut MaybeUninit<S::Value>,
    ) -> Result<Self, S::Error> {
        let cannot_fail = size_of::<Result<(), S::Error>>() == 0;
        let is_plain =
            !needs_drop::<S::Value>() && size_of::<S::Value>() <= size_of::<[usize; 2]>();
        let exit_on_drop = if cannot_fail && is_plain {
            Frame::exit_on_drop
        } else {
            Frame::exit_on_drop_inlined
        };
        Self::hold(frame, value, exit_on_drop)
    }

    /// The panic is noted last: what the frame was before the enter half ran is then never looked
    /// at, and need not be written to memory.
    #[inline(always)]
    fn hold(
        mut frame: Pin<&'r mut Frame<S, F>>,
        value: &'r mut MaybeUninit<S::Value>,
        exit_on_drop: ExitOnDrop<S, F>,
    ) -> Result<Self, S::Error> {
        value.write(frame.as_mut().enter()?);
        let mut held = Held {
            frame,
            value,
            exit_on_drop,
        };
        held.frame.as_mut().note_panic();
        Ok(held)
    }

    /// The lent value.
    #[inline(always)]
    pub fn value(&mut self) -> &mut S::Lent {
        // SAFETY: written by `enter`; `drop` and `exit`, which take it out, end the guard.
        S::lend(unsafe { self.value.assume_init_mut() })
    }

    /// The lent value, and what tells a panic of an async body, which comes while the body is
    /// polled, from one that drops it between two polls.
    #[inline(always)]
    pub fn value_across_polls(&mut self) -> (&mut S::Lent, Watching<'_>) {
        let panic_is_foreign = self.frame.as_mut().panic_is_foreign();
        *panic_is_foreign = true;
        // SAFETY: as in `value`.
        let value = unsafe { self.value.assume_init_mut() };
        let watching = Watching(Note { panic_is_foreign });
        (S::lend(value), watching)
    }

    /// Runs the exit half of a body that has come to its end with `result`.
    #[inline(always)]
    pub fn complete<Q>(self, result: Q) -> S::Wrapped<Q> {
        let (frame, value) = self.into_parts();
        S::wrap(frame.exit(value, Exit::Completed).map(|()| result))
    }

    /// Runs the exit half behind a body that can fail, and decides whose error is returned.
    #[inline(always)]
    pub(crate) fn settle<Q, E>(self, result: Result<Q, E>) -> Result<Q, E>
    where
        S: FailsInto<E>,
        E: Failure,
    {
        let (frame, value) = self.into_parts();
        frame.settle(value, result)
    }

    #[inline(always)]
    fn into_parts(self) -> (Pin<&'r mut Frame<S, F>>, S::Value) {
        let held = ManuallyDrop::new(self);
        // SAFETY: as in `value`, and `held` is not used again but for the frame.
        let value = unsafe { held.value.assume_init_read() };
        // SAFETY: the frame is taken once.
        let frame = unsafe { ptr::read(&raw const held.frame) };
        (frame, value)
    }
}

impl<S: Returns, F: Future<Output = Ended<S>>> Drop for Held<'_, S, F> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: as in `value`, and nobody uses the guard after this.
        let value = unsafe { self.value.assume_init_read() };
        (self.exit_on_drop)(self.frame.as_mut(), value);
    }
}

/// Watches over an async body.
#[must_use]
pub struct Watching<'h>(Note<'h>);

impl<'h> Watching<'h> {
    /// The body, watched over.
    #[inline(always)]
    pub fn over<F: Future>(self, future: F) -> Watched<'h, F> {
        Watched {
            note: self.0,
            future,
        }
    }
}

/// An async body, which notes whether it is being polled.
#[must_use]
pub struct Watched<'h, F> {
    note: Note<'h>,
    future: F,
}

/// Dropped before the body is, with which panics may begin that are not foreign.
struct Note<'h> {
    panic_is_foreign: &'h mut bool,
}

impl Drop for Note<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        *self.panic_is_foreign = *self.panic_is_foreign && panics::panicking();
    }
}

impl<F: Future> Future for Watched<'_, F> {
    type Output = F::Output;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, poller: &mut Poller<'_>) -> Poll<F::Output> {
        // SAFETY: nothing is moved out of `watched`.
        let watched = unsafe { self.get_unchecked_mut() };
        // SAFETY: the future is pinned whenever this is: it is never moved out, `Watched` has no
        // destructor, and is `Unpin` only when the future is.
        let future = unsafe { Pin::new_unchecked(&mut watched.future) };
        *watched.note.panic_is_foreign = false;
        let output = future.poll(poller);
        *watched.note.panic_is_foreign = true;
        output
    }
}
