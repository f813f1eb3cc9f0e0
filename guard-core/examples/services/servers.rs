//! The servers of the services. Each service has a name, which is the client's number.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use futures::{SinkExt, StreamExt};
use guard_core::{context_manager, yield_point};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request};
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::{accept_hdr_async, tungstenite};

use crate::args::{Mode, Options};
use crate::error::Error;
use crate::lines::Lines;
use crate::seen::{Kind, Seen, Visitor};

/// A server, which lends its address. It ends when it has seen every client go.
#[context_manager]
pub(crate) async fn server(
    kind: Kind,
    options: Options,
    seen: Arc<Seen>,
) -> Result<SocketAddr, Error> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .map_err(Error::Server)?;
    let address = listener.local_addr().map_err(Error::Server)?;
    let (stop, stopped) = oneshot::channel();
    let server = tokio::spawn(accept(
        listener,
        stopped,
        Service {
            kind,
            options,
            seen,
        },
    ));
    yield_point!(address);
    drop(stop);
    let ended = server.await.unwrap_or_else(|error| Err(error.into()));
    ended.map_err(Error::Server)
}

/// Serves whoever comes until `stopped`, and then those who are there until they go.
async fn accept(
    listener: TcpListener,
    mut stopped: oneshot::Receiver<()>,
    service: Service,
) -> io::Result<()> {
    let mut clients = JoinSet::new();
    let accepted = loop {
        tokio::select! {
            _ = &mut stopped => break Ok(()),
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => clients.spawn(service.clone().serve(stream)),
                Err(error) => break Err(error),
            },
        };
    };
    drop(listener);
    while let Some(served) = clients.join_next().await {
        served?;
    }
    accepted
}

#[derive(Clone)]
struct Service {
    kind: Kind,
    options: Options,
    seen: Arc<Seen>,
}

impl Service {
    /// When a connection breaks, that is for the client to tell: that it has said no goodbye is seen.
    async fn serve(self, stream: TcpStream) {
        match self.kind {
            Kind::WebSocket => drop(self.serve_websocket(stream).await),
            Kind::Tcp => drop(self.serve_tcp(Lines::new(stream)).await),
        }
    }

    fn fails(&self, mode: Mode, name: &str) -> bool {
        let service = name.parse().ok();
        service.is_some_and(|service| self.options.fault_at(service) == Some(mode))
    }

    /// Notes a client, which may be one to refuse.
    fn meet(&self, name: &str) -> Result<Visitor, &'static str> {
        let visitor = self.seen.clone().visitor(name, self.kind);
        if self.fails(Mode::Connect, name) {
            visitor.refused();
            return Err("not today");
        }
        Ok(visitor)
    }

    #[expect(clippy::result_large_err, reason = "tungstenite wants it so")]
    async fn serve_websocket(&self, stream: TcpStream) -> tungstenite::Result<()> {
        let mut met = None;
        let socket = accept_hdr_async(stream, |request: &Request, response| {
            let name = request.uri().path().trim_start_matches('/');
            met = Some((self.meet(name).map_err(refusal)?, name.to_owned()));
            Ok(response)
        });
        let mut socket = socket.await?;
        let Some((visitor, name)) = met else {
            return Ok(());
        };
        // Where this is polled after a goodbye, it answers.
        while let Some(message) = socket.next().await {
            match message? {
                Message::Text(request) => {
                    if let Some(answer) = answer(&visitor, &request) {
                        socket.send(Message::text(answer)).await?;
                    }
                }
                Message::Close(Some(frame)) => {
                    visitor.said_goodbye(format!("Close {} {}", frame.code, frame.reason));
                    if self.fails(Mode::Mute, &name) {
                        return Ok(ignore(socket.get_mut()).await?);
                    }
                }
                Message::Close(None) => visitor.said_goodbye("Close"),
                _ => {}
            }
        }
        Ok(())
    }

    async fn serve_tcp(&self, mut lines: Lines<TcpStream>) -> io::Result<()> {
        let Some(hello) = lines.read().await? else {
            return Ok(());
        };
        let name = hello.strip_prefix("HELLO ").unwrap_or_default();
        let visitor = match self.meet(name) {
            Ok(visitor) => visitor,
            Err(why) => return lines.write(why).await,
        };
        lines.write("HELLO").await?;
        while let Some(line) = lines.read().await? {
            if line.starts_with("BYE") {
                visitor.said_goodbye(line);
                if !self.fails(Mode::Mute, name) {
                    lines.write("BYE").await?;
                }
            } else if let Some(answer) = answer(&visitor, &line) {
                lines.write(&answer).await?;
            }
        }
        Ok(())
    }
}

fn refusal(why: &str) -> ErrorResponse {
    let mut refusal = ErrorResponse::new(Some(why.to_owned()));
    *refusal.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    refusal
}

/// Lets a client talk until it goes.
async fn ignore(stream: &mut TcpStream) -> io::Result<()> {
    tokio::io::copy(stream, &mut tokio::io::sink())
        .await
        .map(drop)
}

/// What a service can do: to square a number, and to have its client wait.
fn answer(visitor: &Visitor, request: &str) -> Option<String> {
    visitor.asked();
    let Some(number) = request.strip_prefix("square ") else {
        visitor.hangs();
        return None;
    };
    let square = |number: u32| u64::from(number).pow(2).to_string();
    let number = number.parse();
    Some(number.map_or_else(|_| "not a number".to_owned(), square))
}
