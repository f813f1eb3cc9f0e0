//! The command line.

use std::ffi::{OsStr, OsString};
use std::str::FromStr;
use std::time::Duration;

pub(crate) const HELP: &str = "\
Connects to services over WebSocket and TCP in turn, works with them, and says goodbye to each.

usage: services [--services M] [--patience MS]

  --services M    how many services (without it: 4)
  --patience MS   how many milliseconds to wait for an answer to a goodbye (without it: 5000)
  --help          print this

To try out what happens if something goes wrong:

  --fail MODE:N   have service N be the one where it does:
                    client   it rejects a request
                    panic    the task panics
                    connect  it refuses to be connected to
                    timeout  it does not answer a request, and the work is given up
                    abort    likewise, and the task is aborted
                    mute     it does not answer the goodbye";

#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Run(Options),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    pub(crate) services: usize,
    pub(crate) patience: Duration,
    pub(crate) fault: Option<Fault>,
}

/// What goes wrong, and at which service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Fault {
    pub(crate) mode: Mode,
    pub(crate) service: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    Client,
    Panic,
    Connect,
    Timeout,
    Abort,
    Mute,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            services: 4,
            patience: Duration::from_secs(5),
            fault: None,
        }
    }
}

pub(crate) fn parse(mut args: impl Iterator<Item = OsString>) -> Result<Command, String> {
    let mut options = Options::default();
    while let Some(arg) = args.next() {
        match arg.to_str() {
            Some("--help" | "-h") => return Ok(Command::Help),
            Some(flag) if flag.starts_with('-') => options.set(flag, args.next())?,
            _ => return Err(format!("`{}` is not an option", arg.display())),
        }
    }
    options.check_service()?;
    Ok(Command::Run(options))
}

impl Options {
    /// What goes wrong at this service.
    pub(crate) fn fault_at(&self, service: usize) -> Option<Mode> {
        let fault = self.fault.filter(|fault| fault.service == service);
        fault.map(|fault| fault.mode)
    }

    fn set(&mut self, flag: &str, next: Option<OsString>) -> Result<(), String> {
        let value = || value(flag, next);
        match flag {
            "--services" => self.services = number(&value()?, "a number of services")?,
            "--patience" => {
                let millis = number(&value()?, "a number of milliseconds")?;
                self.patience = Duration::from_millis(millis);
            }
            "--fail" => self.fault = Some(value()?.to_string_lossy().parse()?),
            _ => return Err(format!("unknown option `{flag}`")),
        }
        Ok(())
    }

    fn check_service(&self) -> Result<(), String> {
        match self.fault {
            Some(Fault { service, .. }) if !(1..=self.services).contains(&service) => Err(format!(
                "there is no service {service} of {}",
                self.services
            )),
            _ => Ok(()),
        }
    }
}

fn value(flag: &str, value: Option<OsString>) -> Result<OsString, String> {
    value
        .filter(|value| !value.is_empty())
        .ok_or_else(|| format!("`{flag}` needs a value"))
}

fn number<N: FromStr>(text: &OsStr, what: &str) -> Result<N, String> {
    let number = text.to_str().and_then(|text| text.parse().ok());
    number.ok_or_else(|| format!("`{}` is not {what}", text.display()))
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let (mode, service) = text.split_once(':')?;
            let (mode, service) = (Mode::named(mode)?, service.parse().ok()?);
            Some(Fault { mode, service })
        };
        let expected = "is not one of `client`, `panic`, `connect`, `timeout`, `abort` and `mute`, \
                        with `:` and a service";
        parse().ok_or_else(|| format!("`{text}` {expected}"))
    }
}

impl Mode {
    fn named(name: &str) -> Option<Self> {
        match name {
            "client" => Some(Mode::Client),
            "panic" => Some(Mode::Panic),
            "connect" => Some(Mode::Connect),
            "timeout" => Some(Mode::Timeout),
            "abort" => Some(Mode::Abort),
            "mute" => Some(Mode::Mute),
            _ => None,
        }
    }
}
