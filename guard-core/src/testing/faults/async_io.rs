//! [`FaultyIo`] in async code. A call that has to wait is polled several times, and comes to its site
//! the first time alone.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::FaultyIo;

/// The calls of which one may be waiting, by number.
pub(super) type Waiting = [bool; 4];

const READ: (&str, usize) = ("read", 0);
const WRITE: (&str, usize) = ("write", 1);
const FLUSH: (&str, usize) = ("flush", 2);
const SHUTDOWN: (&str, usize) = ("shutdown", 3);

impl<T: Unpin> FaultyIo<T> {
    fn poll<Q>(
        mut self: Pin<&mut Self>,
        (call, number): (&str, usize),
        poll: impl FnOnce(Pin<&mut T>) -> Poll<io::Result<Q>>,
    ) -> Poll<io::Result<Q>> {
        if !self.waiting[number] {
            self.point(call)?;
        }
        let polled = poll(Pin::new(&mut self.inner));
        self.waiting[number] = polled.is_pending();
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
