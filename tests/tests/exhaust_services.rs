//! The core of the example `services`, over real sockets of the loopback interface, with everything going
//! wrong that can: each connecting, each read, write and flush of a client, a panic in each write, and the
//! future dropped at each await at which it is pending.
//!
//! One of its modules is replaced by one with fault sites around the real thing: `net`. All others are
//! those of the example, to the letter. What the servers have seen is what is checked.

#![allow(dead_code, reason = "the command line of the example is not used")]

#[path = "../../guard-core/examples/services/args.rs"]
mod args;
#[path = "../../guard-core/examples/services/clients.rs"]
mod clients;
#[path = "../../guard-core/examples/services/error.rs"]
mod error;
#[path = "../../guard-core/examples/services/lines.rs"]
mod lines;
#[path = "../../guard-core/examples/services/run.rs"]
mod run;
#[path = "../../guard-core/examples/services/seen.rs"]
mod seen;
#[path = "../../guard-core/examples/services/servers.rs"]
mod servers;

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use guard_core::testing::{Exhaust, Faults, Outcome, Ran};
use tokio::sync::mpsc;

use crate::args::Options;
use crate::error::Error;
use crate::run::{Finisher, Services};
use crate::seen::{Kind, Seen};
use crate::servers::server;

thread_local! {
    /// Of the run that there is now, which is on one thread.
    static FAULTS: RefCell<Faults> = RefCell::new(Faults::none());
    static CLIENTS: Cell<usize> = const { Cell::new(0) };
}

/// Connections with a site at each call, which are in the tracker's books.
mod net {
    use std::io;
    use std::net::SocketAddr;
    use std::panic::resume_unwind;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use guard_core::testing::{Faults, FaultyIo, Resource};
    use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
    use tokio::net::TcpStream;

    use crate::{CLIENTS, FAULTS};

    pub(crate) struct Stream {
        inner: FaultyIo<TcpStream>,
        faults: Faults,
        name: String,
        _open: Resource,
    }

    pub(crate) async fn connect(address: SocketAddr) -> io::Result<Stream> {
        CLIENTS.set(CLIENTS.get() + 1);
        let name = format!("client {}", CLIENTS.get());
        let faults = FAULTS.with_borrow(Clone::clone);
        faults.point(&format!("{name}.connect"))?;
        let stream = TcpStream::connect(address).await?;
        Ok(Stream {
            inner: faults.io(&name, stream),
            _open: faults.tracker().open(&name),
            faults,
            name,
        })
    }

    impl Stream {
        fn inner(self: Pin<&mut Self>) -> Pin<&mut FaultyIo<TcpStream>> {
            Pin::new(&mut self.get_mut().inner)
        }
    }

    impl AsyncRead for Stream {
        fn poll_read(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            self.inner().poll_read(cx, buffer)
        }
    }

    impl AsyncWrite for Stream {
        fn poll_write(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buffer: &[u8],
        ) -> Poll<io::Result<usize>> {
            // What is sent here is so short that it never waits.
            let panics = self.faults.error_point(&format!("{}.panic", self.name));
            panics.unwrap_or_else(|injected| resume_unwind(Box::new(injected)));
            self.inner().poll_write(cx, buffer)
        }

        fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.inner().poll_flush(cx)
        }

        fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.inner().poll_shutdown(cx)
        }
    }
}

/// What a server has seen of a client.
#[derive(Debug)]
struct Visit {
    client: usize,
    requests: usize,
    /// Among all goodbyes, and how it says that the work has ended.
    goodbye: Option<(usize, String)>,
}

// Input:       2  tcp               3     1  BYE going away: failed
// Output: Visit { client: 2, requests: 3, goodbye: Some((1, "going away: failed")) }
fn visits(seen: &Seen) -> Vec<Visit> {
    let visit = |line: &str| {
        let words: Vec<_> = line.split_whitespace().collect();
        let reason = words
            .iter()
            .skip(5)
            .filter(|word| word.parse::<u32>().is_err());
        let reason: Vec<_> = reason.copied().collect();
        Visit {
            client: words[0].parse().expect("a number"),
            requests: words[2].parse().expect("a number"),
            goodbye: words[3].parse().ok().map(|left| (left, reason.join(" "))),
        }
    };
    let mut visits: Vec<_> = seen.to_string().lines().skip(1).map(visit).collect();
    visits.sort_by_key(|visit| visit.client);
    visits
}

/// A run, as its servers see it.
#[derive(Default)]
struct World {
    seen: RefCell<Arc<Seen>>,
    /// How many requests there had been when the supervisor ended, or was dropped.
    requests: Cell<usize>,
}

/// Takes the number when it is dropped.
struct Requests<'w>(&'w World);

impl Drop for Requests<'_> {
    fn drop(&mut self) {
        self.0.requests.set(requests(&self.0.seen.borrow()));
    }
}

fn requests(seen: &Seen) -> usize {
    visits(seen).iter().map(|visit| visit.requests).sum()
}

impl World {
    fn renewed(&self, faults: &Faults) -> Arc<Seen> {
        FAULTS.set(faults.clone());
        CLIENTS.set(0);
        self.seen.take();
        self.seen.borrow().clone()
    }

    /// The work alone, which is itself what is dropped.
    async fn work(&self, faults: &Faults, options: Options) -> Result<u64, Error> {
        let seen = self.renewed(faults);
        let start = |kind| server(kind, options, seen.clone());
        let work = async |websockets: &mut _| {
            let work = async |lines: &mut _| {
                let services = Services {
                    websockets: *websockets,
                    lines: *lines,
                    options,
                };
                let (open, _closed) = mpsc::channel(1);
                services.work(Finisher::new(open)).await
            };
            start(Kind::Tcp).try_with(work).await
        };
        start(Kind::WebSocket).try_with(work).await
    }

    /// All of it: servers, and the task in which the work is done.
    async fn run(&self, faults: &Faults, options: Options) -> Result<u64, Error> {
        let seen = self.renewed(faults);
        let _requests = Requests(self);
        run::run(&options, &seen).await
    }

    /// No request was sent afterwards: there may be one on its way.
    fn check_that_the_work_has_ended(&self, ran: &Ran) {
        let [then, now] = [self.requests.get(), requests(&self.seen.borrow())];
        assert!(now <= then + 1, "from {then} to {now} requests: {ran:?}");
    }

    /// What has to be true after each run, whatever has gone wrong in it.
    fn check(&self, ran: &Ran) {
        let visits = visits(&self.seen.borrow());
        check_that_all_have_left(&visits, ran);
        check_order(&visits, ran);
        check_reasons(&visits, ran);
    }
}

fn is_at_fault(visit: &Visit, ran: &Ran) -> bool {
    let site = format!("client {}.", visit.client);
    ran.plan().to_string().contains(&site)
}

/// Every client that was connected has said goodbye once, if it could.
fn check_that_all_have_left(visits: &[Visit], ran: &Ran) {
    let cancelled = *ran.outcome() == Outcome::Dropped;
    let last = visits.iter().map(|visit| visit.client).max();
    for visit in visits {
        let was_connecting = Some(visit.client) == last && visit.requests == 0;
        assert!(
            visit.goodbye.is_some() || is_at_fault(visit, ran) || (cancelled && was_connecting),
            "client {} has said no goodbye: {visits:?}",
            visit.client
        );
    }
    let all = visits.iter().map(|visit| visit.client);
    assert!(all.clone().eq(1..=visits.len()), "twice there: {visits:?}");
}

/// The last one goes first, where each has waited for the answer.
fn check_order(visits: &[Visit], ran: &Ran) {
    let waited = visits.iter().rev().filter(|visit| !is_at_fault(visit, ran));
    let left = waited.filter_map(|visit| visit.goodbye.as_ref());
    assert!(left.is_sorted_by_key(|(left, _)| *left), "{visits:?}");
}

/// Those that leave before something goes wrong say so, and those after it say what has.
fn check_reasons(visits: &[Visit], ran: &Ran) {
    let mut said = visits
        .iter()
        .rev()
        .filter_map(|visit| visit.goodbye.as_ref());
    let plan = ran.plan().to_string();
    let expected: Vec<_> = [
        ("=error", "going away: failed"),
        ("panic", "going away: panicked"),
        ("cancel", "going away: dropped"),
    ]
    .into_iter()
    .filter(|(kind, _)| plan.contains(kind))
    .map(|(_, reason)| reason)
    .collect();
    let mut others = said.by_ref().skip_while(|(_, reason)| reason == "normal");
    assert!(
        others.all(|(_, reason)| expected.contains(&&**reason)),
        "other reasons than {expected:?}: {visits:?}"
    );
    if *ran.outcome() == Outcome::Completed {
        let normal = |visit: &Visit| {
            visit
                .goodbye
                .as_ref()
                .is_some_and(|said| said.1 == "normal")
        };
        assert!(visits.iter().all(normal), "{visits:?}");
    }
}

fn options(services: usize) -> Options {
    Options {
        services,
        ..Options::default()
    }
}

#[test]
fn all_clients_say_goodbye_whatever_goes_wrong() {
    let world = World::default();
    let exhaust = Exhaust::new().tokio().singly().lifo();
    exhaust
        .after_each(|ran| world.check(ran))
        .run_async(async |faults| world.work(faults, options(3)).await);
}

/// As when a goodbye cannot be said once the work was dropped, or once another has failed.
#[test]
fn all_clients_say_goodbye_whatever_two_things_go_wrong() {
    let world = World::default();
    let exhaust = Exhaust::new().tokio().at_most(2_000).lifo();
    exhaust
        .after_each(|ran| world.check(ran))
        .run_async(async |faults| world.work(faults, options(2)).await);
}

/// What is dropped here waits for a task that does the work. It is polled, and so can be dropped, at
/// each turn of the runtime, of which there are now more and now fewer.
#[test]
fn the_work_ends_when_its_supervisor_is_dropped() {
    let world = World::default();
    let exhaust = Exhaust::new().tokio().singly().lifo().at_most(600);
    exhaust
        .after_each(|ran| {
            world.check(ran);
            world.check_that_the_work_has_ended(ran);
        })
        .run_async(async |faults| {
            tokio::select! {
                ended = world.run(faults, options(2)) => ended,
                () = awake() => unreachable!(),
            }
        });
}

async fn awake() {
    loop {
        tokio::task::yield_now().await;
    }
}
