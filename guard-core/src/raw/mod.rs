//! Every `unsafe` block of the crate, each small enough to be checked by eye. The one of the
//! expansion is the call of `__private::context`, which says what it asks for.
//!
//! The machinery rests on one arrangement. A frame is an `async` block that `#[context_manager]`
//! wrote; it awaits [`Lend`] exactly once. Whoever drives the frame keeps a [`Slot`] on its own
//! stack *for the length of one poll* and passes the slot's address as the data of the waker.
//! Nothing in the frame ever points to the slot, so there is nothing that could dangle, and no
//! address of the frame is stored anywhere, so that the optimiser can take the frame apart.

mod adapted;
mod asynchronous;
#[cfg(feature = "testing")]
mod at_exit;
#[cfg(feature = "alloc")]
mod boxed;
#[cfg(feature = "testing")]
mod counting;
mod entered;
mod frame;
#[cfg(not(feature = "std"))]
mod hook;
mod lend;
#[cfg(feature = "alloc")]
mod stack;

pub use adapted::framed;
pub(crate) use adapted::{ADAPTED, ConvertedFrame, EitherFrame, FallibleFrame, OptionalFrame};
#[cfg(feature = "tracing")]
pub use adapted::{Event, Site};
#[cfg(feature = "std")]
pub(crate) use asynchronous::called;
#[cfg(feature = "alloc")]
pub(crate) use asynchronous::{AsyncBoxed, FinishingFrame};
#[cfg(feature = "std")]
pub(crate) use asynchronous::{AsyncEntered, AsyncEntries, AsyncPopped};
pub(crate) use asynchronous::{AsyncFrame, AsyncHeld, Trying, Whole, around};
pub(crate) use asynchronous::{
    Caught, ConvertedAsyncFrame, EitherAsyncFrame, Handed, OptionalAsyncFrame, Started,
};
#[cfg(feature = "testing")]
pub(crate) use at_exit::at_exit;
#[cfg(feature = "alloc")]
pub(crate) use boxed::Boxed;
#[cfg(feature = "testing")]
pub use counting::CountingAllocator;
pub use entered::Held;
pub(crate) use entered::OnUnwind;
pub use frame::Frame;
#[cfg(not(feature = "std"))]
pub(crate) use hook::HookCell;
pub(crate) use lend::AsyncPoint;
pub use lend::{Ended, Lend, Lent, Point, VisibleReturn};
#[cfg(feature = "alloc")]
pub(crate) use lend::{Shared, Told};
#[cfg(feature = "alloc")]
pub(crate) use stack::{Entries, Name, Place};
