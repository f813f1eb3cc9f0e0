use alloc::boxed::Box;
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ops::{Deref, DerefMut};
use core::pin::Pin;

use super::exiting::Exiting;
use crate::asynchronous::AsyncSuspended;
use crate::exit::AsyncExit;

/// What an [`AsyncGuard`](crate::AsyncGuard) consists of: the lent value, and the frame to exit.
pub(crate) struct AsyncBoxed<T, R, F: AsyncSuspended<T, R> + ?Sized> {
    value: ManuallyDrop<T>,
    frame: ManuallyDrop<Pin<Box<F>>>,
    returns: PhantomData<fn() -> R>,
}

// SAFETY: through a shared reference only the value can be reached, by `deref`.
unsafe impl<T: Sync, R, F: AsyncSuspended<T, R> + ?Sized> Sync for AsyncBoxed<T, R, F> {}

impl<T, R, F: AsyncSuspended<T, R> + ?Sized> AsyncBoxed<T, R, F> {
    #[inline(always)]
    pub(crate) fn new(value: T, frame: Pin<Box<F>>) -> Self {
        AsyncBoxed {
            value: ManuallyDrop::new(value),
            frame: ManuallyDrop::new(frame),
            returns: PhantomData,
        }
    }

    /// Runs the exit half.
    pub(crate) async fn exit(self, exit: AsyncExit<'_>) -> R {
        let mut boxed = ManuallyDrop::new(self);
        // SAFETY: `boxed` is neither dropped nor used again but for the frame.
        let value = unsafe { ManuallyDrop::take(&mut boxed.value) };
        // SAFETY: likewise, and the frame is taken once.
        let mut frame = unsafe { ManuallyDrop::take(&mut boxed.frame) };
        // SAFETY: who forgets this future forgets the frame in it too.
        let exiting = unsafe { Exiting::new(frame.as_mut(), value, exit) };
        exiting.await
    }
}

impl<T, R, F: AsyncSuspended<T, R> + ?Sized> Drop for AsyncBoxed<T, R, F> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: nobody uses the parts after the destructor.
        let mut frame = unsafe { ManuallyDrop::take(&mut self.frame) };
        // SAFETY: likewise.
        let value = unsafe { ManuallyDrop::take(&mut self.value) };
        frame.as_mut().abandon(value);
    }
}

impl<T, R, F: AsyncSuspended<T, R> + ?Sized> Deref for AsyncBoxed<T, R, F> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T, R, F: AsyncSuspended<T, R> + ?Sized> DerefMut for AsyncBoxed<T, R, F> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}
