//! A connection that says goodbye whatever happens, and waits for the answer: an async template.
//!
//! ```text
//! cargo run --example template_connection            # greets, works, says goodbye
//! cargo run --example template_connection -- --fail  # the server rejects a request
//! cargo run --example template_connection -- --hang  # it does not answer one, and the work is dropped
//! ```
//!
//! Prints what the server has seen. It runs in this process, on a port that the system chooses, and
//! talks lines: `HELLO`, then requests such as `double 21`, then `BYE` and how the work has ended.
//!
//! A time-out drops a future, which then cannot await anything, and so cannot say goodbye. Here it does:
//! what is left of `connection` is run by what `finish_on` names, in a task of the runtime. A runtime
//! that ends drops its tasks, so `run` waits until the last connection has let go of `open`. Dropped in
//! the middle of a line, it cannot begin another one, and is closed without a goodbye.
//!
//! To change: `connection`, which greets and says goodbye, to what your server talks, and `work`. The
//! context manager owns what it uses, as it can outlive its caller. Without the server go `server`,
//! `serve` and `seen`.

use std::convert::Infallible;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use guard_core::{ExitErrors, context_manager, on_lost_error, yield_point};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// For all of the work.
const LIMIT: Duration = Duration::from_secs(2);
/// For the answer to a goodbye, which comes on top of it.
const PATIENCE: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() -> ExitCode {
    on_lost_error(|lost| eprintln!("template_connection: {lost}"));
    let args: Vec<_> = std::env::args_os().skip(1).collect();
    let last = match &*args {
        [] => "double 4",
        [arg] if arg == "--fail" => "double four",
        [arg] if arg == "--hang" => "wait",
        _ => {
            eprintln!("template_connection: usage: template_connection [--fail | --hang]");
            return ExitCode::from(2);
        }
    };
    let (note, mut seen) = mpsc::unbounded_channel();
    let ran = server(note).try_with(async |address| run(*address, last).await);
    let ran = ran.await;
    while let Some(line) = seen.recv().await {
        say(&format!("server: {line}"));
    }
    match ran {
        Ok(sum) => {
            say(&format!("the sum is {sum}"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("template_connection: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Works in a limited time, and comes back when goodbye has been said.
async fn run(address: SocketAddr, last: &str) -> io::Result<u64> {
    let (open, mut closed) = mpsc::channel(1);
    let work = connection(address, open).try_with(async |lines| work(lines, last).await);
    let worked = timeout(LIMIT, work).await;
    // Nothing is ever sent: it ends when the last sender is gone.
    closed.recv().await;
    worked.unwrap_or_else(|_| Err(failed(&format!("the work was given up after {LIMIT:?}"))))
}

async fn work(lines: &mut Lines, last: &str) -> io::Result<u64> {
    let mut sum = 0;
    for request in ["double 2", "double 3", last] {
        let answer = lines.ask(request).await?;
        let rejected = |_| failed(&format!("the server rejects `{request}`: {answer}"));
        sum += answer.parse::<u64>().map_err(rejected)?;
    }
    Ok(sum)
}

/// A connection that has greeted. On every way out it says goodbye, and waits for the answer, unless a
/// line was left unfinished. As every argument, `_open` is held until then.
#[context_manager(finish_on = |half| { tokio::spawn(half); })]
async fn connection(address: SocketAddr, _open: mpsc::Sender<Infallible>) -> io::Result<Lines> {
    let mut lines = Lines::new(TcpStream::connect(address).await?);
    lines.ask("HELLO").await?;
    let exit = yield_point!(lines);
    let goodbye = async {
        if !lines.at_start {
            return lines.shut_down().await;
        }
        lines.write(&format!("BYE {exit}")).await?;
        // Before it comes the answer to a request that was given up.
        while lines.read().await?.ok_or_else(hung_up)? != "BYE" {}
        Ok(())
    };
    let answered = timeout(PATIENCE, goodbye).await;
    answered.unwrap_or_else(|_| Err(failed(&format!("no answer to the goodbye in {PATIENCE:?}"))))
}

/// A server, which lends its address. On exit it waits for its clients to go.
#[context_manager]
async fn server(seen: mpsc::UnboundedSender<String>) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let (stop, mut stopped) = oneshot::channel::<Infallible>();
    let serving = tokio::spawn(async move {
        let mut clients = JoinSet::new();
        let stopped = loop {
            tokio::select! {
                _ = &mut stopped => break Ok(()),
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => clients.spawn(serve(stream, seen.clone())),
                    Err(error) => break Err(error),
                },
            };
        };
        // An error of one does not end the others.
        let mut ended = vec![stopped];
        while let Some(served) = clients.join_next().await {
            ended.push(served.unwrap_or_else(|panicked| Err(panicked.into())));
        }
        ExitErrors::of(ended).map_err(io::Error::other)
    });
    yield_point!(address);
    drop(stop);
    serving.await?
}

async fn serve(stream: TcpStream, seen: mpsc::UnboundedSender<String>) -> io::Result<()> {
    let mut lines = Lines::new(stream);
    while let Some(line) = lines.read().await? {
        // Whoever wanted to know has gone.
        let _ = seen.send(line.clone());
        match line.split_once(' ').unwrap_or((&line, "")) {
            ("double", number) => match number.parse::<u32>() {
                Ok(number) => lines.write(&(u64::from(number) * 2).to_string()).await?,
                Err(error) => lines.write(&error.to_string()).await?,
            },
            ("wait", _) => {}
            (word, _) => lines.write(word).await?,
        }
    }
    Ok(())
}

/// Lines over TCP, seen from either end.
struct Lines {
    stream: tokio::io::Lines<BufReader<TcpStream>>,
    /// Not while a line is written, nor ever after if that fails or is dropped.
    at_start: bool,
}

impl Lines {
    fn new(stream: TcpStream) -> Self {
        Lines {
            stream: BufReader::new(stream).lines(),
            at_start: true,
        }
    }

    async fn ask(&mut self, request: &str) -> io::Result<String> {
        self.write(request).await?;
        self.read().await?.ok_or_else(hung_up)
    }

    async fn write(&mut self, line: &str) -> io::Result<()> {
        let line = format!("{line}\n");
        self.at_start = false;
        self.stream.get_mut().write_all(line.as_bytes()).await?;
        self.at_start = true;
        Ok(())
    }

    async fn shut_down(&mut self) -> io::Result<()> {
        self.stream.get_mut().shutdown().await
    }

    /// `None` once the other end has closed the connection.
    async fn read(&mut self) -> io::Result<Option<String>> {
        self.stream.next_line().await
    }
}

fn hung_up() -> io::Error {
    failed("the server has hung up")
}

fn failed(what: &str) -> io::Error {
    io::Error::other(what)
}

/// Prints to standard output, where nobody need be listening: the work is done all the same.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}
