use core::any::type_name;
use core::mem::{MaybeUninit, offset_of};
use core::pin::Pin;
use core::ptr;

use crate::exit::Exit;
use crate::raw::{Ended, Frame};
use crate::returns::Returns;
use crate::stack::{Collectable, Collected, ExitResult, Left, Verdict};

/// What a node of a stack holds.
pub(super) trait Payload {
    /// Runs the entry, and leaves nothing in `this`, also when it panics.
    ///
    /// # Safety
    ///
    /// `this` is valid, pinned, and not used any more.
    unsafe fn exit(this: *mut Self, exit: Exit<'_>) -> Left;

    /// For messages.
    fn name() -> &'static str;
}

/// A function to be called in the end.
pub(super) struct Callback<F>(pub(super) F);

impl<F, R> Payload for Callback<F>
where
    F: FnOnce() -> R,
    R: ExitResult,
{
    #[inline]
    unsafe fn exit(this: *mut Self, _exit: Exit<'_>) -> Left {
        // SAFETY: the caller does not use it any more.
        let Callback(callback) = unsafe { ptr::read(this) };
        let left = callback().into_verdict();
        left.map_err(|error| error.of(Self::name()))
    }

    fn name() -> &'static str {
        type_name::<F>()
    }
}

/// A function to be told how the body ended.
pub(super) struct OnExit<F>(pub(super) F);

impl<F, R> Payload for OnExit<F>
where
    F: FnOnce(Exit<'_>) -> R,
    R: ExitResult,
{
    #[inline]
    unsafe fn exit(this: *mut Self, exit: Exit<'_>) -> Left {
        // SAFETY: the caller does not use it any more.
        let OnExit(on_exit) = unsafe { ptr::read(this) };
        let left = on_exit(exit).into_verdict();
        left.map_err(|error| error.of(Self::name()))
    }

    fn name() -> &'static str {
        type_name::<F>()
    }
}

/// A value with a function for the end.
pub(super) struct Adopted<T, F> {
    pub(super) value: T,
    pub(super) on_exit: F,
}

impl<T, F, R> Payload for Adopted<T, F>
where
    F: FnOnce(T, Exit<'_>) -> R,
    R: ExitResult,
{
    #[inline]
    unsafe fn exit(this: *mut Self, exit: Exit<'_>) -> Left {
        // SAFETY: the caller does not use it any more.
        let Adopted { value, on_exit } = unsafe { ptr::read(this) };
        let left = on_exit(value, exit).into_verdict();
        left.map_err(|error| error.of(Self::name()))
    }

    fn name() -> &'static str {
        type_name::<F>()
    }
}

/// A context, whose value is initialised once it has been entered.
pub(super) struct Entered<S: Returns, F> {
    frame: Frame<S, F>,
    value: MaybeUninit<S::Value>,
}

impl<S: Returns, F> Entered<S, F> {
    /// Where the frame is.
    #[inline]
    pub(super) fn frame(this: *mut Self) -> *mut Frame<S, F> {
        this.wrapping_byte_add(offset_of!(Self, frame)).cast()
    }

    /// Where the value is.
    #[inline]
    pub(super) fn value(this: *mut Self) -> *mut S::Value {
        this.wrapping_byte_add(offset_of!(Self, value)).cast()
    }
}

impl<S, F> Payload for Entered<S, F>
where
    S: Returns<Error: Collectable>,
    F: Future<Output = Ended<S>>,
{
    unsafe fn exit(this: *mut Self, exit: Exit<'_>) -> Left {
        let frame = DropInPlace(Self::frame(this));
        // SAFETY: entries are entered before they are linked, and `this` is not used any more.
        let value = unsafe { Self::value(this).read() };
        // SAFETY: `this` is valid.
        let pinned = unsafe { &mut *frame.0 };
        // SAFETY: `this` is pinned.
        let pinned = unsafe { Pin::new_unchecked(pinned) };
        let exited = pinned.exit(value, exit);
        match exited {
            Ok(()) => Ok(Verdict::Propagate),
            Err(error) => Err(Collected::new(error).of(Self::name())),
        }
    }

    fn name() -> &'static str {
        type_name::<F>()
    }
}

/// Drops what it points to, which has to be valid then, and is not used any more.
pub(super) struct DropInPlace<T>(pub(super) *mut T);

impl<T> Drop for DropInPlace<T> {
    fn drop(&mut self) {
        // SAFETY: as above.
        unsafe { ptr::drop_in_place(self.0) };
    }
}
