// Of two definitions of a link the first one counts: those of the README are for where it is a file.
#![cfg_attr(
    all(
        any(doc, doctest),
        unix,
        feature = "chdir",
        feature = "stdio",
        feature = "testing",
        feature = "tokio",
    ),
    doc = "[forms]: guide::forms",
    doc = "[async]: guide::asynchronous",
    doc = "[python]: guide::from_python",
    doc = "[scopeguard]: guide::from_scopeguard",
    doc = "[recipes]: guide::recipes",
    doc = "[testing]: guide::testing",
    doc = "[templates]: guide::templates",
    doc = "[limits]: guide::forms#limits",
    doc = ""
)]
// Its examples need what the default features have.
#![cfg_attr(any(not(doctest), feature = "std"), doc = include_str!("../README.md"))]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod asynchronous;
mod context;
mod exit;
#[cfg(feature = "alloc")]
mod guard;
#[cfg(all(
    any(doc, doctest),
    unix,
    feature = "chdir",
    feature = "stdio",
    feature = "testing",
    feature = "tokio",
))]
pub mod guide;
mod lost;
mod macros;
mod manager;
mod panics;
#[expect(unsafe_code, reason = "the one module that may")]
mod raw;
mod returns;
#[cfg(feature = "alloc")]
mod stack;
#[cfg(feature = "testing")]
pub mod testing;
mod tools;
#[doc(hidden)]
pub mod within;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

// The compiler names them in its messages, by this path.
#[doc(hidden)]
pub use __private::{EnteredWithQuestionMark, EnteredWithoutQuestionMark, Lend, VisibleReturn};
#[doc(hidden)]
pub use asynchronous::EnteredWithoutAwait;
pub use asynchronous::{
    AsyncBody, AsyncContext, AsyncContextManager, AsyncHalves, AsyncSuspended, AsyncUnnamed,
    Optionally, Synchronous,
};
#[cfg(feature = "std")]
pub use asynchronous::{
    AsyncExitStack, Borrowing, BorrowingAsyncExitStack, Confined, ExitFunction, ExitFunctionOf,
    LocalAsyncExitStack, Owned, Runs,
};
#[cfg(feature = "alloc")]
pub use asynchronous::{AsyncGuard, Executor, ExitHalf, LocalAsyncGuard, ScopedAsyncGuard};
pub use context::{Body, Context, Halves, Unnamed};
pub use exit::{AsyncExit, AsyncFailure, Exit, Failure};
#[doc(hidden)]
#[cfg(feature = "alloc")]
pub use guard::LeavesItsThread;
#[cfg(feature = "alloc")]
pub use guard::{Guard, LocalGuard, ScopedGuard, Suspended};
pub use guard_macros::{context_manager, within};
pub use lost::{Loss, LostError, on_lost_error};
pub use manager::{ContextManager, Either, OptionalBody};
pub use returns::{FailsInto, Optional, Plain, Returns};
#[cfg(feature = "alloc")]
pub use stack::{
    Admits, Collectable, Entry, ExitErrors, ExitResult, ExitStack, Key, Local, LocalExitStack,
    Sendable, Substitute, Verdict,
};
#[cfg(feature = "chdir")]
pub use tools::chdir;
#[cfg(all(feature = "stdio", unix))]
pub use tools::{Capture, redirect_stderr, redirect_stdout};
pub use tools::{Closed, Matches, OfType, aclosing, closing, nullcontext, of_type, suppress};
