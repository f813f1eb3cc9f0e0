//! **A thread that nobody stops.** It beats until the end of the process, whatever has become of the
//! connection that it keeps alive. Met with tickers, watchers and loggers in the background. Found as a
//! thread that is still there, by its name.

use std::io;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, Builder};
use std::time::Duration;

use guard_core::{context_manager, yield_point};

const PERIOD: Duration = Duration::from_secs(5);

pub(crate) fn buggy() -> io::Result<()> {
    let (beats, first) = mpsc::channel();
    let heart = Builder::new().name("heartbeat".to_owned());
    heart.spawn(move || {
        loop {
            beats.send(()).ok();
            thread::sleep(PERIOD);
        }
    })?;
    first.recv().map_err(io::Error::other)
}

#[context_manager]
fn heartbeat(beats: Sender<()>) -> io::Result<()> {
    let (stop, stopped) = mpsc::channel::<()>();
    let heart = Builder::new().name("heartbeat".to_owned()).spawn(move || {
        loop {
            beats.send(()).ok();
            if stopped.recv_timeout(PERIOD) != Err(RecvTimeoutError::Timeout) {
                break;
            }
        }
    })?;
    yield_point!();
    drop(stop);
    heart
        .join()
        .map_err(|_| io::Error::other("the heart has stopped"))
}

pub(crate) fn mended() -> io::Result<()> {
    let (beats, first) = mpsc::channel();
    heartbeat(beats).try_with(|()| first.recv().map_err(io::Error::other))
}
