//! Lines over TCP: `HELLO name`, then requests, then `BYE reason`. Each is answered by one line.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};

/// A connection, seen from either end.
pub(crate) struct Lines<S>(tokio::io::Lines<BufReader<S>>);

impl<S: AsyncRead + AsyncWrite + Unpin> Lines<S> {
    pub(crate) fn new(stream: S) -> Self {
        Lines(BufReader::new(stream).lines())
    }

    pub(crate) async fn write(&mut self, line: &str) -> io::Result<()> {
        let stream = self.0.get_mut();
        stream.write_all(format!("{line}\n").as_bytes()).await
    }

    /// `None` once the other end has closed the connection. Can be dropped without losing a part of
    /// a line.
    pub(crate) async fn read(&mut self) -> io::Result<Option<String>> {
        self.0.next_line().await
    }
}
