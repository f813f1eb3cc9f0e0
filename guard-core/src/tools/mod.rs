//! Context managers for what is needed again and again, after those of Python's `contextlib`.

mod aclosing;
#[cfg(all(feature = "stdio", unix))]
mod capture;
#[cfg(feature = "chdir")]
mod chdir;
mod closing;
mod nullcontext;
#[cfg(all(feature = "stdio", unix))]
mod redirect;
mod suppress;
#[cfg(any(feature = "chdir", feature = "stdio"))]
mod turn;

pub use aclosing::aclosing;
#[cfg(all(feature = "stdio", unix))]
pub use capture::Capture;
#[cfg(feature = "chdir")]
pub use chdir::chdir;
pub use closing::{Closed, closing};
pub use nullcontext::nullcontext;
#[cfg(all(feature = "stdio", unix))]
pub use redirect::{redirect_stderr, redirect_stdout};
pub use suppress::{Matches, OfType, of_type, suppress};

#[cfg(all(feature = "stdio", not(unix)))]
compile_error!(
    "the feature `stdio` of `guard-core` redirects file descriptors, which is there on Unix only\n\nhelp: turn the feature on under `[target.'cfg(unix)'.dependencies]`"
);
