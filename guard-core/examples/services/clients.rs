//! Connections to services. Each is closed with a goodbye that says how the work has ended, and is
//! closed in peace once the goodbye has been answered.

use std::net::SocketAddr;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use guard_core::{AsyncExit, Exit, context_manager, yield_point};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::error::{Error, Trouble};
use crate::lines::Lines;
use crate::net::{self, Stream};

/// A WebSocket, and where it leads.
pub(crate) struct WebSocket {
    url: String,
    stream: WebSocketStream<Stream>,
}

/// A connection of lines, and where it leads.
pub(crate) struct Tcp {
    url: String,
    lines: Lines<Stream>,
}

/// Connects to a service over WebSocket.
#[context_manager]
pub(crate) async fn websocket(
    address: SocketAddr,
    name: String,
    patience: Duration,
) -> Result<WebSocket, Error> {
    let url = format!("ws://{address}/{name}");
    let stream = shake_hands(address, &url).await.map_err(Error::at(&url))?;
    let mut socket = WebSocket { url, stream };
    let exit = yield_point!(socket);
    let frame = CloseFrame {
        code: match exit {
            Exit::Completed => CloseCode::Normal,
            _ => CloseCode::Away,
        },
        reason: reason(exit).into(),
    };
    let closed = timeout(patience, socket.close(frame)).await;
    closed
        .unwrap_or(Err(Trouble::Mute(patience)))
        .map_err(Error::at(&socket.url))
}

/// Connects to a service over TCP.
#[context_manager]
pub(crate) async fn tcp(
    address: SocketAddr,
    name: String,
    patience: Duration,
) -> Result<Tcp, Error> {
    let url = format!("tcp://{address}/{name}");
    let lines = connect(address, &name).await.map_err(Error::at(&url))?;
    let mut tcp = Tcp { url, lines };
    let exit = yield_point!(tcp);
    let closed = timeout(patience, tcp.close(reason(exit))).await;
    closed
        .unwrap_or(Err(Trouble::Mute(patience)))
        .map_err(Error::at(&tcp.url))
}

/// Why a connection is closed.
fn reason(exit: AsyncExit<'_>) -> &'static str {
    match exit {
        Exit::Completed => "normal",
        Exit::Failed(_) => "going away: failed",
        Exit::Panicked => "going away: panicked",
        Exit::Dropped => "going away: dropped",
    }
}

impl WebSocket {
    async fn ask(&mut self, request: &str) -> Result<String, Trouble> {
        self.stream.send(Message::text(request)).await?;
        while let Some(message) = self.stream.next().await {
            if let Message::Text(answer) = message? {
                return Ok(answer.to_string());
            }
        }
        Err(Trouble::Hangup)
    }

    /// What comes before the answer is that to a request whose asker has gone.
    async fn close(&mut self, frame: CloseFrame) -> Result<(), Trouble> {
        self.stream.close(Some(frame)).await?;
        while let Some(message) = self.stream.next().await {
            if message?.is_close() {
                return Ok(());
            }
        }
        Err(Trouble::Hangup)
    }
}

async fn shake_hands(address: SocketAddr, url: &str) -> Result<WebSocketStream<Stream>, Trouble> {
    let (socket, _) = client_async(url, net::connect(address).await?).await?;
    Ok(socket)
}

async fn connect(address: SocketAddr, name: &str) -> Result<Lines<Stream>, Trouble> {
    let mut lines = Lines::new(net::connect(address).await?);
    lines.write(&format!("HELLO {name}")).await?;
    match lines.read().await? {
        Some(answer) if answer == "HELLO" => Ok(lines),
        Some(answer) => Err(Trouble::Refuses(answer)),
        None => Err(Trouble::Hangup),
    }
}

impl Tcp {
    async fn ask(&mut self, request: &str) -> Result<String, Trouble> {
        self.lines.write(request).await?;
        self.lines.read().await?.ok_or(Trouble::Hangup)
    }

    /// As that of [`WebSocket`].
    async fn close(&mut self, reason: &str) -> Result<(), Trouble> {
        self.lines.write(&format!("BYE {reason}")).await?;
        while let Some(line) = self.lines.read().await? {
            if line == "BYE" {
                return Ok(());
            }
        }
        Err(Trouble::Hangup)
    }
}

/// A client of either kind, for as long as its connection is lent.
pub(crate) enum Client<'s> {
    WebSocket(&'s mut WebSocket),
    Tcp(&'s mut Tcp),
}

impl Client<'_> {
    /// The square of a number.
    pub(crate) async fn square(&mut self, number: &str) -> Result<u64, Error> {
        self.number(&format!("square {number}")).await
    }

    /// Asks for what is never answered.
    pub(crate) async fn wait(&mut self) -> Result<u64, Error> {
        self.number("wait").await
    }

    async fn number(&mut self, request: &str) -> Result<u64, Error> {
        let answer = match self {
            Client::WebSocket(socket) => socket.ask(request).await,
            Client::Tcp(tcp) => tcp.ask(request).await,
        };
        let number = answer.and_then(|answer| {
            answer.parse().map_err(|_| Trouble::Rejects {
                request: request.to_owned(),
                answer,
            })
        });
        number.map_err(Error::at(self.url()))
    }

    fn url(&self) -> &str {
        match self {
            Client::WebSocket(socket) => &socket.url,
            Client::Tcp(tcp) => &tcp.url,
        }
    }
}
