//! What `LeakCheck` finds, each thing left behind on purpose, and its twin that is cleaned up.
#![cfg(target_os = "linux")]

mod support;

use std::env;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write, pipe};
use std::mem;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use guard_core::testing::{ChildState, Leak, LeakCheck, isolated, no_leaks};
use rustix::io::{FdFlags, fcntl_setfd};
use support::caught;

/// A check that does not wait for what is there to stay.
fn at_once() -> LeakCheck {
    LeakCheck::default().patience(Duration::ZERO)
}

/// What is left behind by `f`, called in a process of its own and at its end seen by `look`.
fn leaving<T>(check: &LeakCheck, f: impl FnOnce() -> T, look: impl FnOnce(&[Leak], T)) {
    isolated(|| {
        let watch = check.start();
        let left = f();
        let leaks: Vec<Leak> = watch.finish().iter().cloned().collect();
        look(&leaks, left);
    });
}

fn descriptor(leaks: &[Leak]) -> &str {
    match leaks {
        [Leak::Descriptor { target, .. }] => target,
        other => panic!("not one descriptor: {other:#?}"),
    }
}

fn sleeper() -> Child {
    Command::new("sleep").arg("1000").spawn().expect("sleep")
}

fn end(mut child: Child) {
    child.kill().expect("it runs");
    child.wait().expect("it ends");
}

#[test]
fn a_file() {
    leaving(
        &at_once(),
        || File::open("/dev/null").expect("a file"),
        |leaks, _file| assert_eq!(descriptor(leaks), "/dev/null"),
    );
    no_leaks(|| drop(File::open("/dev/null").expect("a file")));
}

#[test]
fn a_file_in_the_place_of_another() {
    leaving(
        &at_once(),
        || (),
        |leaks, ()| assert!(leaks.is_empty(), "{leaks:?}"),
    );
    isolated(|| {
        let before = File::open("/dev/null").expect("a file");
        let watch = at_once().start();
        drop(before);
        let after = File::open("/dev/zero").expect("a file");
        let leaks: Vec<Leak> = watch.finish().iter().cloned().collect();
        assert_eq!(descriptor(&leaks), "/dev/zero");
        drop(after);
    });
}

#[test]
fn a_file_that_is_renamed_or_removed_meanwhile_is_none() {
    isolated(|| {
        let dir = tempfile::tempdir().expect("a directory");
        let paths = ["one", "two", "three"].map(|name| dir.path().join(name));
        let _files = [0, 1].map(|file| File::create(&paths[file]).expect("a file"));
        at_once().in_place(|| {
            fs::rename(&paths[0], &paths[2]).expect("renamed");
            fs::remove_file(&paths[1]).expect("removed");
        });
    });
}

#[test]
fn tcp_sockets() {
    leaving(
        &at_once(),
        || {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            let client = TcpStream::connect(listener.local_addr().unwrap()).expect("accepted");
            let server = listener.accept().expect("connected").0;
            (listener, client, server)
        },
        |leaks, (listener, client, _server)| {
            let (port, other) = (listener.local_addr().unwrap(), client.local_addr().unwrap());
            let targets = leaks.iter().map(|leak| match leak {
                Leak::Descriptor { target, .. } => target.clone(),
                other => panic!("{other:?}"),
            });
            let expected = [
                format!("socket that listens at {port} (tcp)"),
                format!("socket {other} to {port} (tcp)"),
                format!("socket {port} to {other} (tcp)"),
            ];
            assert_eq!(targets.collect::<Vec<_>>(), expected);
        },
    );
    no_leaks(|| drop(TcpListener::bind("127.0.0.1:0").expect("a port")));
}

#[test]
fn other_sockets() {
    let check = at_once();
    leaving(
        &check,
        || UdpSocket::bind("127.0.0.1:0").expect("a port"),
        |leaks, socket| {
            let address = socket.local_addr().unwrap();
            assert_eq!(descriptor(leaks), format!("socket {address} (udp)"));
        },
    );
    leaving(
        &check,
        || TcpListener::bind("[::1]:0").expect("a port"),
        |leaks, socket| {
            let address = socket.local_addr().unwrap();
            let expected = format!("socket that listens at {address} (tcp)");
            assert_eq!(descriptor(leaks), expected);
        },
    );
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("socket");
    leaving(
        &check,
        || UnixListener::bind(&path).expect("a socket"),
        |leaks, _socket| {
            assert_eq!(
                descriptor(leaks),
                format!("socket {} (unix)", path.display())
            );
        },
    );
    no_leaks(|| drop(UnixStream::pair().expect("sockets")));
}

#[test]
fn a_pipe() {
    leaving(
        &at_once(),
        || {
            let (reader, writer) = pipe().expect("a pipe");
            drop(writer);
            reader
        },
        |leaks, _reader| assert!(descriptor(leaks).starts_with("pipe:["), "{leaks:?}"),
    );
    no_leaks(|| drop(pipe().expect("a pipe")));
}

#[test]
fn a_thread_with_its_name() {
    leaving(
        &at_once(),
        || {
            let builder = thread::Builder::new().name("zombie".to_owned());
            let (ready, is_ready) = mpsc::channel();
            builder
                .spawn(move || {
                    ready.send(()).expect("waited for");
                    loop {
                        thread::park();
                    }
                })
                .expect("a thread");
            is_ready.recv().expect("started");
        },
        |leaks, ()| match leaks {
            [Leak::Thread { name, .. }] => assert_eq!(name, "zombie"),
            other => panic!("{other:?}"),
        },
    );
    no_leaks(|| {
        for _ in 0..50 {
            thread::spawn(|| ()).join().expect("no panic");
        }
    });
}

#[test]
fn a_thread_that_is_about_to_end_is_none() {
    no_leaks(|| drop(thread::spawn(|| thread::sleep(Duration::from_millis(20)))));
}

/// The leak that there is, which is a child.
fn only_child(leaks: &[Leak]) -> (u32, &str, ChildState) {
    match leaks {
        [
            Leak::Child {
                id, command, state, ..
            },
        ] => (*id, command, *state),
        leaks => panic!("not one child: {leaks:?}"),
    }
}

#[test]
fn a_child_that_runs() {
    leaving(&LeakCheck::default(), sleeper, |leaks, child| {
        let expected = (child.id(), "sleep 1000", ChildState::Running);
        assert_eq!(only_child(leaks), expected);
        end(child);
    });
    no_leaks(|| end(sleeper()));
}

#[test]
fn a_child_that_was_never_waited_for() {
    leaving(
        &at_once(),
        || {
            let mut child = Command::new("true")
                .stdout(Stdio::piped())
                .spawn()
                .expect("true");
            let mut out = child.stdout.take().expect("piped");
            out.read_to_end(&mut Vec::new()).expect("its end");
            while has_not_ended(&child) {
                thread::yield_now();
            }
            child
        },
        |leaks, mut child| {
            let id = child.id();
            assert_eq!(only_child(leaks), (id, "true", ChildState::Ended));
            let text = format!("child {id} `true`, has ended and was never waited for");
            assert_eq!(leaks[0].to_string(), text);
            child.wait().expect("its status");
        },
    );
    no_leaks(|| {
        assert!(Command::new("true").status().expect("true").success());
    });
}

fn has_not_ended(child: &Child) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).expect("not waited for");
    !stat.contains(") Z ")
}

/// Has the children that are started from now on inherit it.
fn hand_down(file: impl AsFd) {
    fcntl_setfd(file, FdFlags::empty()).expect("a descriptor");
}

#[test]
fn what_a_child_has_inherited() {
    // A child opens files of its own as it starts, which is soon over.
    let check = LeakCheck::new().descriptors().keeping_children();
    leaving(
        &check,
        || {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            let address = listener.local_addr().unwrap();
            hand_down(&listener);
            (sleeper(), address)
        },
        |leaks, (child, address)| {
            let expected = format!("socket that listens at {address} (tcp)");
            match leaks {
                [
                    Leak::Inherited {
                        id,
                        command,
                        target,
                        ..
                    },
                ] => {
                    assert_eq!((*id, command.as_str()), (child.id(), "sleep 1000"));
                    assert_eq!(*target, expected);
                }
                other => panic!("{other:?}"),
            }
            end(child);
        },
    );
    leaving(
        &check,
        || (sleeper(), File::open("/dev/null").expect("a file")),
        |leaks, (child, _file)| {
            assert_eq!(
                leaks.len(),
                1,
                "the file alone, which is not handed down: {leaks:?}"
            );
            assert_eq!(descriptor(leaks), "/dev/null");
            end(child);
        },
    );
}

#[test]
fn what_a_child_of_before_has_inherited_before_is_none() {
    isolated(|| {
        let file = File::open("/dev/null").expect("a file");
        hand_down(&file);
        let child = sleeper();
        at_once().in_place(|| ());
        end(child);
    });
}

#[test]
fn what_was_open_before_may_be_inherited() {
    isolated(|| {
        let file = File::open("/dev/null").expect("a file");
        hand_down(&file);
        end(LeakCheck::new().keeping_children().in_place(sleeper));
    });
}

/// A child that runs the test `name` again, as far as [`child_that_opens`].
fn told(name: &str) -> (Child, impl FnMut(&str)) {
    let mut child = Command::new(env::current_exe().expect("the tests"))
        .args([name, "--exact", "--nocapture"])
        .env("GUARD_TESTS_CHILD", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the tests");
    let mut orders = child.stdin.take().expect("piped");
    let mut said = BufReader::new(child.stdout.take().expect("piped")).lines();
    let tell = move |order: &str| {
        writeln!(orders, "{order}").expect("it reads");
        assert!(said.any(|line| line.expect("a line") == order));
    };
    (child, tell)
}

/// Opens a file for each `open` or `hold`, and closes them all at `close`. What it holds stays open
/// on exec, as what is inherited does.
fn child_that_opens() {
    let mut files = Vec::new();
    println!();
    for order in std::io::stdin().lines() {
        let order = order.expect("a line");
        match &*order {
            "close" => files.clear(),
            how => {
                let file = File::open("/dev/null").expect("a file");
                if how == "hold" {
                    hand_down(&file);
                }
                files.push(file);
            }
        }
        println!("{order}");
    }
}

#[test]
fn what_a_child_has_opened_itself() {
    if support::child::is_child() {
        return child_that_opens();
    }
    isolated(|| {
        let child = LeakCheck::new().keeping_children().in_place(|| {
            let (child, mut tell) = told("what_a_child_has_opened_itself");
            tell("open");
            let open = fs::read_dir(format!("/proc/{}/fd", child.id())).expect("it runs");
            assert!(open.count() > 3, "there is something to be left out");
            // Its input stays open, so that it runs.
            (child, tell)
        });
        end(child.0);
    });
}

#[test]
fn what_a_child_of_before_holds_that_it_did_not_hold_before() {
    if support::child::is_child() {
        return child_that_opens();
    }
    isolated(|| {
        let (child, mut tell) = told("what_a_child_of_before_holds_that_it_did_not_hold_before");
        tell("hold");
        let watch = at_once().start();
        tell("hold");
        let leaks: Vec<Leak> = watch.finish().iter().cloned().collect();
        match leaks.as_slice() {
            [Leak::Inherited { id, target, .. }] => {
                assert_eq!((*id, target.as_str()), (child.id(), "/dev/null"));
            }
            other => panic!("{other:?}"),
        }
        let watch = LeakCheck::default().start();
        tell("hold");
        tell("open");
        tell("close");
        let leaks = watch.finish();
        assert!(leaks.is_empty(), "{leaks}");
        end(child);
    });
}

#[test]
fn files() {
    let dir = tempfile::tempdir().expect("a directory");
    let (old, new) = (dir.path().join("old"), dir.path().join("new"));
    fs::create_dir(&old).expect("a directory");
    fs::write(old.join("1"), "").expect("a file");
    let watch = LeakCheck::new()
        .patience(Duration::ZERO)
        .files_in(dir.path())
        .files_in(&old)
        .files_in(dir.path())
        .files_in(dir.path().join("nowhere"))
        .start();
    fs::write(old.join("1"), "changed").expect("a file");
    fs::write(old.join("2"), "").expect("a file");
    fs::create_dir_all(new.join("deep")).expect("directories");
    fs::write(new.join("deep/3"), "").expect("a file");
    std::os::unix::fs::symlink(dir.path(), new.join("circle")).expect("a link");
    let leaks = watch.finish();
    let expected = [(new, Some(3)), (old.join("2"), None)];
    let found = leaks.iter().map(|leak| match leak {
        Leak::File { path, files, .. } => (path.clone(), *files),
        leak => panic!("no file: {leak}"),
    });
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

/// Whether this is the process of a check, in which the rest of the test runs too.
fn is_isolated() -> bool {
    env::var_os("GUARD_TESTING_ISOLATED").is_some()
}

#[test]
fn temporary_files_of_a_process_of_its_own() {
    let leaky = caught(|| {
        no_leaks(|| mem::forget(tempfile::tempdir().expect("a directory")));
    });
    if is_isolated() {
        return;
    }
    let message = leaky.unwrap_err();
    let start = "1 leak\n  empty directory ";
    assert!(message.starts_with(start), "{message}");
    let path = message.strip_prefix(start).expect("a path");
    assert!(!Path::new(path).exists(), "{path}");
}

#[test]
fn temporary_files_that_are_removed() {
    no_leaks(|| drop(tempfile::tempdir().expect("a directory")));
}

#[test]
#[should_panic(expected = "1 leak\n  descriptor 3 -> /dev/null")]
fn in_place_panics_with_them() {
    // Under its own name, the file would have another number.
    let message = caught(|| {
        at_once().isolated(|| mem::forget(File::open("/dev/null").expect("a file")));
    });
    let message = message.unwrap_err();
    let (before, after) = message.split_once("descriptor ").expect("a descriptor");
    let target = after.split_once(' ').expect("a target").1;
    panic!("{before}descriptor 3 {target}");
}

#[test]
fn a_panic_is_not_lost_to_the_leaks() {
    let message = caught(|| {
        at_once().isolated(|| {
            mem::forget(File::open("/dev/null").expect("a file"));
            panic!("first things first");
        });
    });
    assert_eq!(message, Err("first things first".to_owned()));
}

#[test]
fn what_is_returned_is_there_still() {
    isolated(|| {
        let file = caught(|| at_once().in_place(|| File::open("/dev/null").expect("a file")));
        let message = file.unwrap_err();
        assert!(message.ends_with(" -> /dev/null"), "{message}");
    });
}

#[test]
fn nothing_is_looked_at_unasked() {
    isolated(|| {
        let none = LeakCheck::new();
        let _kept = none.in_place(|| (File::open("/dev/null"), tempfile::tempdir()));
        let threads = LeakCheck::new().threads();
        let child = threads.in_place(sleeper);
        end(child);
    });
}

#[test]
fn reports_fit_on_the_screen() {
    let dir = tempfile::tempdir().expect("a directory");
    let watch = LeakCheck::new()
        .patience(Duration::ZERO)
        .files_in(dir.path())
        .start();
    let long = format!("{}é.txt", "ü".repeat(100));
    fs::write(dir.path().join(&long), "").expect("a file");
    fs::write(dir.path().join("two\nlines"), "").expect("a file");
    let leaks = watch.finish();
    let report = leaks.to_string();
    let lines: Vec<&str> = report.lines().collect();
    assert_eq!(lines.len(), 3, "{report}");
    assert!(
        lines.iter().all(|line| line.chars().count() <= 80),
        "{report}"
    );
    assert!(lines[1].ends_with("two\\nlines"), "{report}");
    assert!(
        lines[2].starts_with("  file /") && lines[2].ends_with("é.txt"),
        "{report}"
    );
    assert!(leaks.iter().any(|leak| leak.to_string().contains(&long)));
}

/// Opens, starts and ends all that there is to be checked for, until it is told to stop.
fn neighbour(stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        let _file = tempfile::tempfile().expect("a file");
        let _socket = TcpListener::bind("127.0.0.1:0").expect("a port");
        thread::spawn(thread::yield_now).join().expect("no panic");
        assert!(Command::new("true").status().expect("true").success());
    }
}

#[test]
fn neighbours_give_no_alarm() {
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        // In the processes of the checks, the neighbours are not run again.
        let count = if is_isolated() { 0 } else { 8 };
        for _ in 0..count {
            scope.spawn(|| neighbour(&stop));
        }
        let checks = caught(|| {
            for _ in 0..20 {
                no_leaks(|| {
                    let dir = tempfile::tempdir().expect("a directory");
                    drop(File::create(dir.path().join("file")).expect("a file"));
                    thread::spawn(|| ()).join().expect("no panic");
                    assert!(Command::new("true").status().expect("true").success());
                });
            }
        });
        stop.store(true, Ordering::Relaxed);
        assert_eq!(checks, Ok(()));
    });
}

/// As where a log is rotated.
#[test]
fn a_file_that_is_opened_anew_is_none() {
    isolated(|| {
        let mut file = File::open("Cargo.toml").expect("a file");
        at_once().in_place(|| {
            let again = File::open("Cargo.toml").expect("a file");
            file = again;
        });
        let leaks = at_once().start();
        let more = File::open("Cargo.toml").expect("a file");
        assert_eq!(leaks.finish().len(), 1);
        drop((file, more));
    });
}
