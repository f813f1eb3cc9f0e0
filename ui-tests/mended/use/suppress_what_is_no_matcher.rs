#![deny(warnings)]

use guard_core::suppress;
use std::num::{IntErrorKind, ParseIntError};

fn optional(text: &str) -> Result<Option<u8>, ParseIntError> {
    suppress(
        |error: &ParseIntError| *error.kind() == IntErrorKind::Empty,
        || text.parse(),
    )
}

fn main() {
    assert_eq!(optional(""), Ok(None));
}
