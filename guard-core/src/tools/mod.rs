//! Context managers for what is needed again and again, after those of Python's `contextlib`.

mod suppress;

pub use suppress::{Matches, OfType, of_type, suppress};
