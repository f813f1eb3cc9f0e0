use std::format;
use std::io::{self, BufRead, Read, Seek, SeekFrom, Write};
use std::string::{String, ToString};

use super::Faults;
#[cfg(any(feature = "tokio", feature = "futures-io"))]
use super::async_io::Waiting;
use super::plan::check_site;

/// A reader or writer, any call of which can fail. Made by [`Faults::io`].
///
/// The sites are the name with `.read`, `.write`, `.flush`, `.seek` or `.shutdown` behind it; each
/// call comes to its site once, so that the `n`th call is the place `socket.read#n`. A call that fails
/// has done nothing.
///
/// It is a [`Read`], [`BufRead`], [`Write`] and [`Seek`] where the inner one is; with the feature
/// `tokio` also tokio's `AsyncRead` and `AsyncWrite`, and with the feature `futures-io` those of
/// `futures`.
#[derive(Debug)]
pub struct FaultyIo<T> {
    pub(super) inner: T,
    faults: Faults,
    site: String,
    kind: io::ErrorKind,
    #[cfg(any(feature = "tokio", feature = "futures-io"))]
    pub(super) waiting: Waiting,
}

impl Faults {
    /// Has any call of a reader or writer fail, for code that knows nothing of faults.
    ///
    /// ```
    /// use guard_core::testing::{Faults, exhaust};
    /// use std::io::{self, Read, Write};
    ///
    /// fn upper_case(mut from: impl Read, mut to: impl Write) -> io::Result<()> {
    ///     let mut text = String::new();
    ///     from.read_to_string(&mut text)?;
    ///     to.write_all(text.to_uppercase().as_bytes())?;
    ///     to.flush()
    /// }
    ///
    /// exhaust(|faults| upper_case(faults.io("from", &b"hello"[..]), faults.io("to", Vec::new())));
    /// ```
    ///
    /// # Panics
    ///
    /// If the name is none, as [`point`](Self::point) does. The calls themselves return errors and never
    /// panic.
    #[track_caller]
    pub fn io<T>(&self, name: &str, inner: T) -> FaultyIo<T> {
        check_site(name);
        FaultyIo {
            inner,
            faults: self.clone(),
            site: name.to_string(),
            kind: io::ErrorKind::Other,
            #[cfg(any(feature = "tokio", feature = "futures-io"))]
            waiting: Waiting::default(),
        }
    }
}

impl<T> FaultyIo<T> {
    /// Has the errors be of this kind; without it they are [`Other`](io::ErrorKind::Other).
    ///
    /// ```
    /// use guard_core::testing::{Faults, Plan};
    /// use std::io::{ErrorKind, Read};
    ///
    /// let faults = Faults::planned(Plan::new().error("socket.read", 1));
    /// let mut socket = faults.io("socket", &b"hello"[..]).kind(ErrorKind::ConnectionReset);
    /// assert_eq!(socket.read(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    /// ```
    #[must_use]
    pub fn kind(mut self, kind: io::ErrorKind) -> Self {
        self.kind = kind;
        self
    }

    /// The inner reader or writer.
    pub fn into_inner(self) -> T {
        self.inner
    }

    /// The inner reader or writer, which does not fail.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.inner
    }

    pub(super) fn point(&self, call: &str) -> io::Result<()> {
        let point = self.faults.error_point(&format!("{}.{call}", self.site));
        point.map_err(|injected| io::Error::new(self.kind, injected))
    }
}

impl<T: Read> Read for FaultyIo<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.point("read")?;
        self.inner.read(buffer)
    }
}

impl<T: BufRead> BufRead for FaultyIo<T> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.point("read")?;
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.inner.consume(amount);
    }
}

impl<T: Write> Write for FaultyIo<T> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.point("write")?;
        self.inner.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.point("flush")?;
        self.inner.flush()
    }
}

impl<T: Seek> Seek for FaultyIo<T> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.point("seek")?;
        self.inner.seek(to)
    }
}
