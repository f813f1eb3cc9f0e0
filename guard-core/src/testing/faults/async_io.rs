//! [`FaultyIo`] in async code. A call that has to wait is polled several times, and comes to its site
//! the first time alone.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::FaultyIo;

/// Which of the calls below was pending when it was polled last.
pub(super) type Waiting = [bool; 4];

/// A call: its place in [`Waiting`], and its name.
type Call = (usize, &'static str);

const READ: Call = (0, "read");
const WRITE: Call = (1, "write");
const FLUSH: Call = (2, "flush");
const SHUTDOWN: Call = (3, "shutdown");

impl<T: Unpin> FaultyIo<T> {
    fn poll<Q>(
        mut self: Pin<&mut Self>,
        (index, call): Call,
        poll: impl FnOnce(Pin<&mut T>) -> Poll<io::Result<Q>>,
    ) -> Poll<io::Result<Q>> {
        if !self.waiting[index] {
            self.point(call)?;
        }
        let polled = poll(Pin::new(&mut self.inner));
        self.waiting[index] = polled.is_pending();
        polled
    }
}

#[cfg(feature = "tokio")]
mod of_tokio {
    use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

    use super::{Context, FLUSH, FaultyIo, Pin, Poll, READ, SHUTDOWN, WRITE, io};

    impl<T: AsyncRead + Unpin> AsyncRead for FaultyIo<T> {
        fn poll_read(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            self.poll(READ, |inner| inner.poll_read(cx, buffer))
        }
    }

    impl<T: AsyncWrite + Unpin> AsyncWrite for FaultyIo<T> {
        fn poll_write(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buffer: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.poll(WRITE, |inner| inner.poll_write(cx, buffer))
        }

        fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.poll(FLUSH, |inner| inner.poll_flush(cx))
        }

        fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.poll(SHUTDOWN, |inner| inner.poll_shutdown(cx))
        }
    }
}

#[cfg(feature = "futures-io")]
mod of_futures {
    use futures_io::{AsyncRead, AsyncWrite};

    use super::{Context, FLUSH, FaultyIo, Pin, Poll, READ, SHUTDOWN, WRITE, io};

    impl<T: AsyncRead + Unpin> AsyncRead for FaultyIo<T> {
        fn poll_read(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buffer: &mut [u8],
        ) -> Poll<io::Result<usize>> {
            self.poll(READ, |inner| inner.poll_read(cx, buffer))
        }
    }

    impl<T: AsyncWrite + Unpin> AsyncWrite for FaultyIo<T> {
        fn poll_write(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buffer: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.poll(WRITE, |inner| inner.poll_write(cx, buffer))
        }

        fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.poll(FLUSH, |inner| inner.poll_flush(cx))
        }

        fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.poll(SHUTDOWN, |inner| inner.poll_close(cx))
        }
    }
}
