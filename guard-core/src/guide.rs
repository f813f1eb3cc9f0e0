//! The guide: from Python, from scopeguard, which form for what, and recipes.
//!
//! | page | for whom |
//! |---|---|
//! | [`forms`] | who asks which form to choose, and what each one promises |
//! | [`asynchronous`] | contexts that have to be awaited |
//! | [`from_python`] | who knows `contextlib` |
//! | [`from_scopeguard`] | who knows scopeguard, or the standard library's `DropGuard` |
//! | [`recipes`] | who has a transaction, a lock file, a child process or a signal handler to hold |
//! | [`testing`] | who wants cleanup that silently fails to be found |
//! | [`templates`] | who begins a program |

// Of two definitions of a link the first one counts: those of the pages are for where they are files.
#[doc = "[readme]: crate"]
#[doc = "[directories]: crate::guide::recipes#any-number-of-directories"]
#[doc = "[testing]: crate::guide::testing"]
#[doc = "[templates]: crate::guide::templates"]
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

// Its blocks build on each other; `tests/tests/guide.rs` has them.
#[cfg_attr(not(doctest), doc = include_str!("../docs/testing.md"))]
pub mod testing {}

/// Programs to start from, which are examples of this package.
pub mod templates {
    /// A number of SQLite databases from a config file, written together.
    ///
    #[cfg_attr(
        not(doctest),
        doc = "```rust",
        doc = include_str!("../examples/template_stack.rs"),
        doc = "```"
    )]
    pub mod stack {}

    /// An async connection that says goodbye.
    ///
    #[cfg_attr(
        not(doctest),
        doc = "```rust",
        doc = include_str!("../examples/template_connection.rs"),
        doc = "```"
    )]
    pub mod connection {}

    /// The small tools: `suppress`, `redirect_stdout`, `closing`.
    ///
    #[cfg_attr(
        not(doctest),
        doc = "```rust",
        doc = include_str!("../examples/template_tools.rs"),
        doc = "```"
    )]
    pub mod tools {}

    /// A test module: tracker, fixtures for cases, leaks.
    ///
    #[cfg_attr(
        not(doctest),
        doc = "```rust",
        doc = include_str!("../examples/template_test.rs"),
        doc = "```"
    )]
    pub mod test {}

    /// Timings behind a flag.
    ///
    #[cfg_attr(
        not(doctest),
        doc = "```rust",
        doc = include_str!("../examples/template_timing.rs"),
        doc = "```"
    )]
    pub mod timing {}
}
