use alloc::boxed::Box;
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ops::{Deref, DerefMut};
use core::pin::Pin;

use crate::guard::{LeavesItsThread, Suspended};

/// What a [`Guard`](crate::Guard) consists of: the lent value, and the frame to exit.
pub(crate) struct Boxed<T, R, F: Suspended<T, R> + ?Sized> {
    value: ManuallyDrop<T>,
    frame: Owned<F>,
    returns: PhantomData<fn() -> R>,
}

/// A frame in its allocation, which is `Send` in the words of [`LeavesItsThread`].
struct Owned<F: ?Sized>(ManuallyDrop<Pin<Box<F>>>);

// SAFETY: a box is `Send` when what it holds is, and `LeavesItsThread` is for nothing else.
unsafe impl<F: LeavesItsThread + ?Sized> Send for Owned<F> {}

// SAFETY: through a shared reference only the value can be reached, by `deref`.
unsafe impl<T: Sync, R, F: Suspended<T, R> + ?Sized> Sync for Boxed<T, R, F> {}

impl<T, R, F: Suspended<T, R> + ?Sized> Boxed<T, R, F> {
    #[inline(always)]
    pub(crate) fn new(value: T, frame: Pin<Box<F>>) -> Self {
        Boxed {
            value: ManuallyDrop::new(value),
            frame: Owned(ManuallyDrop::new(frame)),
            returns: PhantomData,
        }
    }

    /// For messages.
    pub(crate) fn name(&self) -> &'static str {
        self.frame.0.name()
    }

    #[inline(always)]
    pub(crate) fn into_parts(self) -> (T, Pin<Box<F>>) {
        let mut boxed = ManuallyDrop::new(self);
        // SAFETY: `boxed` is neither dropped nor used again.
        let value = unsafe { ManuallyDrop::take(&mut boxed.value) };
        // SAFETY: likewise.
        let frame = unsafe { ManuallyDrop::take(&mut boxed.frame.0) };
        (value, frame)
    }
}

impl<T, R, F: Suspended<T, R> + ?Sized> Drop for Boxed<T, R, F> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: nobody uses the parts after the destructor.
        let frame = unsafe { ManuallyDrop::take(&mut self.frame.0) };
        // SAFETY: likewise.
        let value = unsafe { ManuallyDrop::take(&mut self.value) };
        frame.exit_on_drop(value);
    }
}

impl<T, R, F: Suspended<T, R> + ?Sized> Deref for Boxed<T, R, F> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T, R, F: Suspended<T, R> + ?Sized> DerefMut for Boxed<T, R, F> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}
