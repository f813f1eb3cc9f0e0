//! The example `services`, run as its users run it: in which order and in which words every client
//! says goodbye, as the servers have seen it.

mod support;

use std::ffi::OsStr;
use std::process::Command;
use std::thread;

use proptest::prelude::*;
use support::example::{self, Ran, ran};

fn command(args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    example::command("services", args)
}

/// A line of the table: client, kind, requests, when it has left, goodbye.
type Row = [String; 5];

/// The table, once all lines are known to be aligned with its head, and what follows it.
fn table(printed: &str) -> (Vec<Row>, Vec<&str>) {
    let mut lines = printed.lines();
    let head = lines.next().expect("a table");
    let ends = ["client", "kind     ", "requests", "left"].map(|name| {
        let start = head.find(name).expect(name);
        start + name.len()
    });
    let columns = |line: &str| {
        let mut start = 0;
        let mut column = |end: &usize| {
            let column = line[start..*end].trim().to_owned();
            start = *end;
            column
        };
        let [client, kind, requests, left] = [0, 1, 2, 3].map(|index| column(&ends[index]));
        let goodbye = line[start..].strip_prefix("  ").expect(line).to_owned();
        [client, kind, requests, left, goodbye]
    };
    let rows = lines.clone().take_while(|line| line.starts_with(' '));
    let rows: Vec<_> = rows.map(columns).collect();
    (rows.clone(), lines.skip(rows.len()).collect())
}

/// Those in which all goodbyes are answered.
const MODES: [&str; 5] = ["client", "panic", "connect", "timeout", "abort"];

/// A run, and what is expected of it.
#[derive(Clone, Copy, Debug)]
struct Run {
    services: usize,
    fault: Option<(&'static str, usize)>,
}

impl Run {
    fn kind(client: usize) -> &'static str {
        ["tcp", "websocket"][client % 2]
    }

    fn args(self) -> Vec<String> {
        let services = ["--services".to_owned(), self.services.to_string()];
        let mut args = Vec::from(services);
        if let Some((mode, service)) = self.fault {
            args.extend(["--fail".to_owned(), format!("{mode}:{service}")]);
            if mode == "mute" {
                // So much time as all the others need to answer, which they do at once.
                args.extend(["--patience", "2000"].map(str::to_owned));
            }
        }
        args
    }

    /// In each of three rounds every client asks once, in turn. What fails does so in the second.
    fn requests(self, client: usize) -> usize {
        match self.fault {
            None | Some(("mute", _)) => 3,
            Some(("connect", _)) => 0,
            Some((_, service)) if client <= service => 2,
            Some(_) => 1,
        }
    }

    fn reason(self, client: usize) -> &'static str {
        match self.fault {
            None => "normal",
            Some(("mute", service)) if client >= service => "normal",
            Some(("timeout" | "abort", _)) => "going away: dropped",
            Some(("panic", _)) => "going away: panicked",
            Some(_) => "going away: failed",
        }
    }

    fn goodbye(self, client: usize) -> String {
        let reason = self.reason(client);
        match (Self::kind(client), reason) {
            ("tcp", _) => format!("BYE {reason}"),
            (_, "normal") => "Close 1000 normal".to_owned(),
            _ => format!("Close 1001 {reason}"),
        }
    }

    /// Every client that was connected says goodbye once, the last one first.
    fn rows(self) -> Vec<Row> {
        let refused = match self.fault {
            Some(("connect", service)) => Some(service),
            _ => None,
        };
        let connected = refused.map_or(self.services, |refused| refused - 1);
        let row = |client: usize| {
            [
                client.to_string(),
                Self::kind(client).to_owned(),
                self.requests(client).to_string(),
                (connected + 1 - client).to_string(),
                self.goodbye(client),
            ]
        };
        let refused = refused.map(|service| {
            let [service, kind] = [service.to_string(), Self::kind(service).to_owned()];
            [
                service,
                kind,
                "0".to_owned(),
                "-".to_owned(),
                "refused".to_owned(),
            ]
        });
        (1..=connected).map(row).chain(refused).collect()
    }

    /// The end of the one line, and with that of a service its beginning.
    fn error(self) -> Option<(String, &'static str)> {
        let (mode, service) = self.fault?;
        let of_service = match Self::kind(service) {
            "tcp" => "tcp://127.0.0.1:",
            _ => "ws://127.0.0.1:",
        };
        let rejects = format!("/{service} rejects `square two`: not a number");
        Some(match mode {
            "client" => (rejects, of_service),
            "panic" => (rejects, "the task of the work has panicked: "),
            "connect" if of_service.starts_with("ws") => (
                format!("/{service} refuses to be connected to: 503 Service Unavailable"),
                of_service,
            ),
            "connect" => (
                format!("/{service} refuses to be connected to: not today"),
                of_service,
            ),
            "mute" => (
                format!("/{service} has not answered the goodbye within 2s"),
                of_service,
            ),
            "timeout" => (String::new(), "the work has hung for 20ms and was given up"),
            _ => (String::new(), "the task of the work was aborted"),
        })
    }

    fn check(self) {
        let ran = ran(command(self.args()));
        let (rows, rest) = table(&ran.stdout);
        assert_eq!(rows, self.rows(), "{self:?}: {ran:?}");
        let said: Vec<_> = ran
            .stderr
            .lines()
            .filter_map(|line| line.strip_prefix("services: "))
            .collect();
        let Some((end, beginning)) = self.error() else {
            let sum = self.services * (1 + 4 + 9);
            assert_eq!(rest, [format!("the sum of all squares is {sum}")]);
            assert_eq!((ran.status, &*ran.stderr), (Some(0), ""), "{self:?}");
            return;
        };
        assert_eq!(ran.status, Some(1), "{self:?}: {ran:?}");
        assert_eq!(rest, [""; 0], "{self:?}");
        assert_eq!(said.len(), 1, "{self:?}: {ran:?}");
        let as_expected = said[0].starts_with(beginning) && said[0].ends_with(&end);
        assert!(as_expected, "{self:?}: {ran:?}");
        // Beside it the standard library tells of a panic.
        let panics = self.fault.is_some_and(|(mode, _)| mode == "panic");
        assert!(panics || ran.stderr.lines().count() == 1, "{ran:?}");
    }
}

/// These modes, at each of these services.
fn failing<'m>(
    modes: &'m [&'static str],
    services: usize,
    at: impl IntoIterator<Item = usize> + 'm,
) -> impl Iterator<Item = Run> + 'm {
    let run = move |mode, service| Run {
        services,
        fault: Some((mode, service)),
    };
    let runs = move |service| modes.iter().map(move |mode| run(*mode, service));
    at.into_iter().flat_map(runs)
}

/// All at once, as some of them wait.
fn check_at_once(runs: impl IntoIterator<Item = Run>) {
    example::path("services");
    thread::scope(|scope| {
        for run in runs {
            scope.spawn(move || run.check());
        }
    });
}

#[test]
fn without_a_fault_all_say_that_all_is_normal() {
    let runs = [0, 1, 2, 3, 7, 50].map(|services| Run {
        services,
        fault: None,
    });
    check_at_once(runs);
}

#[test]
fn without_arguments_there_are_four() {
    let args: [&str; 0] = [];
    let Ran { stdout, .. } = ran(command(args));
    let four = Run {
        services: 4,
        fault: None,
    };
    assert_eq!(table(&stdout).0, four.rows());
}

#[test]
fn whatever_fails_wherever_all_say_goodbye_once_and_the_last_one_first() {
    for services in 1..=4 {
        check_at_once(failing(&MODES, services, 1..=services));
    }
}

#[test]
fn fifty_say_goodbye_too() {
    check_at_once(failing(&MODES, 50, [1, 25, 50]));
}

/// Its client waits for a time, and those that were connected before it are told that it failed.
#[test]
fn a_goodbye_that_is_not_answered_is_an_error_and_keeps_nobody() {
    let few = failing(&["mute"], 3, 1..=3);
    check_at_once(few.chain(failing(&["mute"], 50, [25])));
}

/// The process may open so few files that some client cannot connect, or some server cannot accept.
#[cfg(unix)]
#[test]
fn when_files_run_out_those_who_were_connected_say_goodbye() {
    let mut command = Command::new("sh");
    let script = "ulimit -n 40; exec \"$0\" --services 50";
    command.args(["-c", script]).arg(example::path("services"));
    let ran = ran(command);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    let (rows, _) = table(&ran.stdout);
    let connected = rows.len() - rows.iter().filter(|row| row[4] == "none").count();
    assert!(connected > 4, "{ran:?}");
    let as_if_refused = Run {
        services: 50,
        fault: Some(("connect", connected + 1)),
    };
    assert_eq!(rows[..connected], as_if_refused.rows()[..connected]);
}

const NO_FAULT: &str = "is not one of `client`, `panic`, `connect`, `timeout`, `abort` and `mute`, \
                        with `:` and a service";

#[test]
fn wrong_arguments_are_one_line_and_status_2() {
    for (args, said) in [
        (&["--frobnicate"][..], "unknown option `--frobnicate`"),
        (&["-x", "3"], "unknown option `-x`"),
        (&["--"], "unknown option `--`"),
        (&["4"], "`4` is not an option"),
        (&[""], "`` is not an option"),
        (&["--services"], "`--services` needs a value"),
        (&["--services", ""], "`--services` needs a value"),
        (&["--services", "-1"], "`-1` is not a number of services"),
        (&["--services", "1.5"], "`1.5` is not a number of services"),
        (
            &["--services", "99999999999999999999999"],
            "`99999999999999999999999` is not a number of services",
        ),
        (&["--services=3"], "unknown option `--services=3`"),
        (
            &["--patience", "1s"],
            "`1s` is not a number of milliseconds",
        ),
        (&["--fail"], "`--fail` needs a value"),
        (&["--fail", "panic:5"], "there is no service 5 of 4"),
        (&["--fail", "mute:0"], "there is no service 0 of 4"),
        (
            &["--fail", "abort:3", "--services", "2"],
            "there is no service 3 of 2",
        ),
        (
            &["--services", "0", "--fail", "client:1"],
            "there is no service 1 of 0",
        ),
    ] {
        assert_wrong(args, said);
    }
    for fault in [
        "client",
        "client:",
        ":1",
        "close:1",
        "Panic:1",
        "panic:-1",
        "panic:1:1",
    ] {
        assert_wrong(&["--fail", fault], &format!("`{fault}` {NO_FAULT}"));
    }
}

fn assert_wrong(args: &[&str], said: &str) {
    let ran = ran(command(args));
    assert_eq!(ran.status, Some(2), "{args:?}: {ran:?}");
    assert_eq!(ran.stderr, format!("services: {said}; see --help\n"));
    assert_eq!(ran.stdout, "", "{args:?}");
}

/// Words of the command line, right and wrong.
fn word() -> impl Strategy<Value = String> {
    let fault = (prop::sample::select(MODES.as_slice()), 0..4_u32)
        .prop_map(|(mode, service)| format!("{mode}:{service}"));
    let number = (0..4_u32).prop_map(|number| number.to_string());
    let option = prop::sample::select(["--services", "--fail", "--patience"].as_slice());
    prop_oneof![
        3 => option.prop_map(str::to_owned),
        2 => number,
        1 => fault,
        1 => "[^\0]{0,3}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_arguments_come_to_a_table_or_to_one_line(args in prop::collection::vec(word(), 0..5)) {
        let ran = ran(command(&args));
        match ran.status {
            Some(0 | 1) => prop_assert!(ran.stdout.starts_with("client "), "{ran:?}"),
            Some(2) => {
                prop_assert_eq!(ran.stdout.as_str(), "");
                prop_assert!(ran.stderr.ends_with("; see --help\n"), "{ran:?}");
            }
            _ => prop_assert!(false, "{ran:?}"),
        }
    }
}

#[test]
fn help_says_how_to_call_it() {
    let ran = ran(command(["--help"]));
    assert_eq!(ran.status, Some(0), "{ran:?}");
    let options = ["--services M", "--patience MS", "--fail MODE:N", "mute"];
    for said in options.into_iter().chain(MODES) {
        assert!(ran.stdout.contains(said), "no {said}");
    }
}
