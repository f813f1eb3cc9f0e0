use core::mem::{ManuallyDrop, MaybeUninit};
use core::pin::Pin;

use super::frame::Frame;
use super::lend::Ended;
use crate::exit::Exit;
use crate::panics;
use crate::returns::Returns;

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
        self.frame.as_mut().exit_unwinding(value, Exit::Panicked);
    }
}

/// A context that `enter!` or `with!` has entered. The frame and the value sit in locals of their
/// own, which the expansion names so that nobody else can.
#[must_use]
pub struct Held<'r, S: Returns, F: Future<Output = Ended<S>>> {
    frame: Pin<&'r mut Frame<S, F>>,
    /// Initialised until this is dropped.
    value: &'r mut MaybeUninit<S::Value>,
    entered_panicking: bool,
}

impl<'r, S: Returns, F: Future<Output = Ended<S>>> Held<'r, S, F> {
    /// Runs the enter half.
    #[inline(always)]
    pub fn enter(
        mut frame: Pin<&'r mut Frame<S, F>>,
        value: &'r mut MaybeUninit<S::Value>,
    ) -> S::Wrapped<Self> {
        let entered_panicking = panics::panicking();
        S::wrap(frame.as_mut().enter().map(|lent| {
            value.write(lent);
            Held {
                frame,
                value,
                entered_panicking,
            }
        }))
    }

    /// The lent value.
    #[inline(always)]
    pub fn value(&mut self) -> &mut S::Lent {
        // SAFETY: written by `enter`; `drop` and `complete`, which take it out, end the guard.
        S::lend(unsafe { self.value.assume_init_mut() })
    }

    /// Runs the exit half of a body that has come to its end with `result`.
    #[inline(always)]
    pub fn complete<Q>(self, result: Q) -> S::Wrapped<Q> {
        let mut held = ManuallyDrop::new(self);
        // SAFETY: as in `value`, and `held` is not used again.
        let value = unsafe { held.value.assume_init_read() };
        let exited = held.frame.as_mut().exit(value, Exit::Completed);
        S::wrap(exited.map(|()| result))
    }
}

impl<S: Returns, F: Future<Output = Ended<S>>> Drop for Held<'_, S, F> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: as in `value`, and nobody uses the guard after this.
        let value = unsafe { self.value.assume_init_read() };
        self.frame
            .as_mut()
            .exit_on_drop(value, self.entered_panicking);
    }
}
