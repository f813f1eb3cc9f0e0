//! Finds cleanup that silently fails or never runs, before production does. Needs the feature
//! `testing`.

mod shared;
mod temp_dir;

pub use shared::{Shared, SharedFailure, SharedRef, UntilExit};
pub use temp_dir::{TempDir, TempDirBody, temp_dir};
