//! Async contexts, and what is to be done when the future that drives one is dropped.

mod context;
#[cfg(feature = "alloc")]
mod executor;
#[cfg(feature = "alloc")]
mod guard;
mod manager;
#[cfg(feature = "std")]
mod stack;

pub(crate) use self::context::OfAFrame;
pub use self::context::{
    AsyncBody, AsyncContext, AsyncHalves, AsyncSuspended, AsyncUnnamed, async_context, async_frame,
};
#[cfg(feature = "alloc")]
pub(crate) use self::executor::Finish;
#[cfg(feature = "alloc")]
pub use self::executor::{Executor, ExitHalf};
#[cfg(feature = "alloc")]
pub use self::guard::{AsyncGuard, LocalAsyncGuard, ScopedAsyncGuard};
pub use self::manager::{AsyncContextManager, EnteredWithoutAwait, Optionally, Synchronous};
#[cfg(feature = "std")]
pub use self::stack::{
    AsyncExitStack, Borrowing, BorrowingAsyncExitStack, Confined, ExitFunction, ExitFunctionOf,
    LocalAsyncExitStack, Owned, Runs,
};
