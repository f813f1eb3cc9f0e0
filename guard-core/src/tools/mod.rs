//! Context managers for what is needed again and again, after those of Python's `contextlib`.

mod closing;
mod nullcontext;
mod suppress;

pub use closing::{Closed, closing};
pub use nullcontext::nullcontext;
pub use suppress::{Matches, OfType, of_type, suppress};
