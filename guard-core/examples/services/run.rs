//! What is done with the services.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use guard_core::{AsyncExitStack, Executor, ExitHalf};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::args::{Mode, Options};
use crate::clients::{Client, tcp, websocket};
use crate::error::Error;
use crate::seen::{Kind, Seen};
use crate::servers::server;

/// How often every service is asked. What goes wrong goes wrong in the second round.
const ROUNDS: u32 = 3;

/// For how long the work may hang.
const LIMIT: Duration = Duration::from_millis(20);

/// Starts the servers, works with them, and comes back when every client has gone.
pub(crate) async fn run(options: &Options, seen: &Arc<Seen>) -> Result<u64, Error> {
    let start = |kind| server(kind, *options, seen.clone());
    start(Kind::WebSocket)
        .try_with(async |websockets| {
            let work = async |lines: &mut SocketAddr| {
                let services = Services {
                    websockets: *websockets,
                    lines: *lines,
                    options: *options,
                };
                services.supervise(seen).await
            };
            start(Kind::Tcp).try_with(work).await
        })
        .await
}

/// The services that are configured.
#[derive(Clone, Copy)]
pub(crate) struct Services {
    pub(crate) websockets: SocketAddr,
    pub(crate) lines: SocketAddr,
    pub(crate) options: Options,
}

impl Services {
    /// Has the work done, and comes back when all that it held has been closed.
    async fn supervise(self, seen: &Seen) -> Result<u64, Error> {
        let (open, mut closed) = mpsc::channel(1);
        let work = self.work(Finisher::new(open));
        let ended = match self.options.fault.map(|fault| fault.mode) {
            Some(Mode::Timeout) => in_time(work, seen).await,
            _ => in_task(work, seen).await,
        };
        // Nothing is ever sent: it ends when the last finisher is gone.
        closed.recv().await;
        ended
    }

    /// Connects to all services, and works with them.
    pub(crate) async fn work(self, finisher: Finisher) -> Result<u64, Error> {
        let worked = AsyncExitStack::scope(async |stack| {
            stack.finish_on(finisher);
            let mut clients = Vec::new();
            for service in 1..=self.options.services {
                clients.push(self.connect(stack, service).await?);
            }
            self.work_with(&mut clients).await
        });
        Ok(worked.await?)
    }

    async fn connect<'s>(
        &self,
        stack: &'s AsyncExitStack,
        service: usize,
    ) -> Result<Client<'s>, Error> {
        let patience = self.options.patience;
        let name = service.to_string();
        Ok(if service % 2 == 1 {
            let socket = websocket(self.websockets, name, patience);
            Client::WebSocket(stack.enter(socket).await?)
        } else {
            let lines = tcp(self.lines, name, patience);
            Client::Tcp(stack.enter(lines).await?)
        })
    }

    /// The sum of all squares.
    async fn work_with(&self, clients: &mut [Client<'_>]) -> Result<u64, Error> {
        let mut sum = 0;
        for round in 1..=ROUNDS {
            for (service, client) in (1..).zip(clients.iter_mut()) {
                let fault = self.options.fault_at(service).filter(|_| round == 2);
                sum += match fault {
                    Some(Mode::Client) => client.square("two").await?,
                    Some(Mode::Panic) => {
                        let square = client.square("two").await;
                        square.unwrap_or_else(|error| panic!("{error}"))
                    }
                    Some(Mode::Timeout | Mode::Abort) => client.wait().await?,
                    _ => client.square(&round.to_string()).await?,
                };
            }
        }
        Ok(sum)
    }
}

/// Runs what the work has left to do in a task of the runtime, and can be waited for: when `main`
/// returns, tasks that have not ended are dropped.
pub(crate) struct Finisher {
    runtime: Handle,
    open: mpsc::Sender<Infallible>,
}

impl Finisher {
    pub(crate) fn new(open: mpsc::Sender<Infallible>) -> Self {
        let runtime = Handle::current();
        Finisher { runtime, open }
    }
}

impl Executor for Finisher {
    fn execute(&self, half: ExitHalf) {
        let open = self.open.clone();
        self.runtime.spawn(async move {
            half.await;
            drop(open);
        });
    }
}

/// Does the work in a task of its own, which is aborted when it hangs, and when this is dropped.
async fn in_task(
    work: impl Future<Output = Result<u64, Error>> + Send + 'static,
    seen: &Seen,
) -> Result<u64, Error> {
    // A set aborts its tasks when it is dropped; a handle would let its task go on.
    let mut task = JoinSet::new();
    task.spawn(work);
    let ended = match until_hanging(Box::pin(task.join_next()), seen).await {
        Some(ended) => ended,
        None => {
            task.abort_all();
            task.join_next().await
        }
    };
    ended.unwrap_or(Ok(Err(Error::Aborted)))?
}

/// Does the work in a time that counts from when it begins to hang: so it is the same on a machine
/// that is slow.
async fn in_time(
    work: impl Future<Output = Result<u64, Error>>,
    seen: &Seen,
) -> Result<u64, Error> {
    let mut work = Box::pin(work);
    match until_hanging(&mut work, seen).await {
        Some(ended) => ended,
        None => timeout(LIMIT, work)
            .await
            .unwrap_or(Err(Error::TimedOut(LIMIT))),
    }
}

/// What the work comes to, unless it begins to hang before.
async fn until_hanging<F: Future + Unpin>(work: F, seen: &Seen) -> Option<F::Output> {
    tokio::select! {
        ended = work => Some(ended),
        () = seen.hanging() => None,
    }
}
