//! `mended/<family>/<mistake>.rs` is `fail/<family>/<mistake>.rs` with the mistake mended: it compiles
//! without a warning, for which it asks itself, and its `main` comes to a good end.
//!
//! Each is a module of this crate, so that all of them are compiled at once; see `build.rs`.

// The cases may have functions that nobody calls, as in `fail/`, and nothing is asked of them that only
// this workspace asks for.
#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::undocumented_unsafe_blocks,
    clippy::multiple_unsafe_ops_per_block
)]
#![allow(
    dead_code,
    elided_lifetimes_in_paths,
    missing_docs,
    unreachable_pub,
    unused_qualifications
)]

use std::process::{ExitCode, Termination};

#[track_caller]
fn succeeds(end: impl Termination) {
    assert_eq!(end.report(), ExitCode::SUCCESS);
}

include!(concat!(env!("OUT_DIR"), "/mended.rs"));
