//! `suppress` with a part of an error for a matcher.

use guard_core::suppress;
use std::num::{IntErrorKind, ParseIntError};

fn optional(text: &str) -> Result<Option<u8>, ParseIntError> {
    suppress(IntErrorKind::Empty, || text.parse())
}

fn main() {
    assert_eq!(optional(""), Ok(None));
}
