//! The guide: from Python, from scopeguard, which form for what, and recipes.
//!
//! | page | for whom |
//! |---|---|
//! | [`forms`] | who asks which form to choose, and what each one promises |
//! | [`asynchronous`] | contexts that have to be awaited |
//! | [`from_python`] | who knows `contextlib` |
//! | [`from_scopeguard`] | who knows scopeguard, or the standard library's `DropGuard` |
//! | [`recipes`] | who has a transaction, a lock file, a child process or a signal handler to hold |

// Of two definitions of a link the first one counts: those of the pages are for where they are files.
#[doc = "[readme]: crate"]
#[doc = "[async]: crate::guide::asynchronous"]
#[doc = "[async-limits]: crate::guide::asynchronous#limits"]
#[doc = "[scopeguard]: crate::guide::from_scopeguard"]
#[doc = ""]
#[doc = include_str!("../docs/forms.md")]
pub mod forms {}

#[doc = include_str!("../docs/async.md")]
pub mod asynchronous {}

#[doc = include_str!("../docs/from-python.md")]
pub mod from_python {}

#[doc = include_str!("../docs/from-scopeguard.md")]
pub mod from_scopeguard {}

#[doc = include_str!("../docs/recipes.md")]
pub mod recipes {}
