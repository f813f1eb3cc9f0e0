//! What the servers have seen of their clients.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// What a server talks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    WebSocket,
    Tcp,
}

/// Written by the servers alone.
#[derive(Default)]
pub(crate) struct Seen {
    visits: Mutex<Visits>,
    hanging: Notify,
}

#[derive(Default)]
struct Visits {
    all: Vec<Visit>,
    goodbyes: usize,
}

/// One client, from its first word on.
struct Visit {
    client: String,
    kind: Kind,
    requests: usize,
    /// Among the goodbyes of all clients, and the words.
    goodbyes: Vec<(usize, String)>,
    refused: bool,
}

/// For a server to note what a client does.
pub(crate) struct Visitor {
    seen: Arc<Seen>,
    index: usize,
}

impl Seen {
    pub(crate) fn visitor(self: Arc<Self>, client: &str, kind: Kind) -> Visitor {
        let mut visits = self.visits();
        visits.all.push(Visit {
            client: client.to_owned(),
            kind,
            requests: 0,
            goodbyes: Vec::new(),
            refused: false,
        });
        let index = visits.all.len() - 1;
        drop(visits);
        Visitor { seen: self, index }
    }

    /// Waits for a request that is never answered.
    pub(crate) async fn hanging(&self) {
        self.hanging.notified().await;
    }

    fn visits(&self) -> MutexGuard<'_, Visits> {
        self.visits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Visitor {
    pub(crate) fn refused(&self) {
        self.seen.visits().all[self.index].refused = true;
    }

    pub(crate) fn asked(&self) {
        self.seen.visits().all[self.index].requests += 1;
    }

    pub(crate) fn hangs(&self) {
        self.seen.hanging.notify_one();
    }

    pub(crate) fn said_goodbye(&self, words: impl Into<String>) {
        let mut visits = self.seen.visits();
        visits.goodbyes += 1;
        let goodbye = (visits.goodbyes, words.into());
        visits.all[self.index].goodbyes.push(goodbye);
    }
}

/// A line for every goodbye, in the order of the clients.
impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "client  kind       requests  left  goodbye")?;
        for visit in &self.visits().all {
            visit.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Visit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Visit {
            client,
            kind,
            requests,
            goodbyes,
            refused,
        } = self;
        let line = format!("{client:>6}  {kind:9}  {requests:>8}");
        for (place, words) in goodbyes {
            writeln!(f, "{line}  {place:>4}  {words}")?;
        }
        match refused {
            true => writeln!(f, "{line}     -  refused"),
            false if goodbyes.is_empty() => writeln!(f, "{line}     -  none"),
            false => Ok(()),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Kind::WebSocket => "websocket",
            Kind::Tcp => "tcp",
        })
    }
}
