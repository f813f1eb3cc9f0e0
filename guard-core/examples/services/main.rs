//! Connects to a number of services over real sockets, works with them, and says goodbye to each,
//! whatever happens in between.
//!
//! ```text
//! cargo run --example services                        # four of them, and all goes well
//! cargo run --example services -- --services 50       # more of them
//! cargo run --example services -- --fail panic:2      # the task panics when it works with the second
//! cargo run --example services -- --fail timeout:3    # the third does not answer
//! ```
//!
//! Two servers run in this process, on ports of the loopback interface that the system chooses: one
//! that talks WebSocket, and one that talks lines over TCP. Services are taken from them in turn.
//! Afterwards a table shows what the servers have seen of each client: how many requests, which of
//! all goodbyes was its own, and in which words.
//!
//! | `--fail` | what happens | the clients say |
//! |---|---|---|
//! | not given | all requests are answered | `normal` |
//! | `client:N` | service N rejects a request, and the work fails | `going away: failed` |
//! | `panic:N` | the work panics | `going away: panicked` |
//! | `connect:N` | service N refuses; those before it have been connected | `going away: failed` |
//! | `timeout:N` | service N does not answer a request, and the work is dropped in time | `going away: dropped` |
//! | `abort:N` | likewise, and the task of the work is aborted | `going away: dropped` |
//! | `mute:N` | service N does not answer the goodbye, which is an error | `normal`, and those after it `going away: failed` |
//!
//! How many services there are is known only at run time, so their connections are held by one
//! [`AsyncExitStack`](guard_core::AsyncExitStack). It closes them last in, first out, and waits for
//! each to be answered before it goes on to the next. A future that is dropped cannot wait: that the
//! goodbyes are said all the same is what `finish_on` is for.
//!
//! Reading guide: `run.rs` is the program, `clients.rs` and `servers.rs` have the context managers,
//! `seen.rs` is the table.

mod args;
mod clients;
mod error;
mod lines;
mod net;
mod run;
mod seen;
mod servers;

use std::process::ExitCode;
use std::sync::Arc;
use std::{env, io};

use guard_core::on_lost_error;

use crate::args::{Command, Options};
use crate::seen::Seen;

#[tokio::main]
async fn main() -> ExitCode {
    on_lost_error(|lost| eprintln!("services: {lost}"));
    match args::parse(env::args_os().skip(1)) {
        Ok(Command::Help) => {
            say(args::HELP);
            ExitCode::SUCCESS
        }
        Ok(Command::Run(options)) => run(&options).await,
        Err(wrong) => {
            eprintln!("services: {wrong}; see --help");
            ExitCode::from(2)
        }
    }
}

async fn run(options: &Options) -> ExitCode {
    let seen = Arc::new(Seen::default());
    let ran = run::run(options, &seen).await;
    say(seen.to_string().trim_end());
    match ran {
        Ok(sum) => {
            say(&format!("the sum of all squares is {sum}"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            error::print(&error);
            ExitCode::FAILURE
        }
    }
}

/// Prints to standard output, where nobody need be listening: the work is done all the same.
fn say(text: &str) {
    use io::Write;
    let _ = writeln!(io::stdout(), "{text}");
}
