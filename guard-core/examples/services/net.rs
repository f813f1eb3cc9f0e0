//! How clients reach the services.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpStream;

/// A connection of a client.
pub(crate) type Stream = TcpStream;

pub(crate) async fn connect(address: SocketAddr) -> io::Result<Stream> {
    TcpStream::connect(address).await
}
