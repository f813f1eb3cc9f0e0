//! The frames of async contexts. They are driven like others, but that a frame may wait, and that
//! whoever drives it may be dropped while it does.

mod adapted;
mod around;
#[cfg(feature = "alloc")]
mod boxed;
mod caught;
#[cfg(feature = "std")]
mod entries;
mod exiting;
#[cfg(feature = "alloc")]
mod finishing;
mod frame;
mod held;

pub(crate) use adapted::{ConvertedAsyncFrame, EitherAsyncFrame, OptionalAsyncFrame};
pub(crate) use around::{Trying, Whole, around};
#[cfg(feature = "alloc")]
pub(crate) use boxed::AsyncBoxed;
pub(crate) use caught::Caught;
#[cfg(feature = "std")]
pub(crate) use caught::called;
#[cfg(feature = "std")]
pub(crate) use entries::{AsyncEntered, AsyncEntries, AsyncPopped};
pub(crate) use exiting::Handed;
#[cfg(feature = "alloc")]
pub(crate) use finishing::FinishingFrame;
pub(crate) use frame::AsyncFrame;
pub(crate) use held::{AsyncHeld, Started};
